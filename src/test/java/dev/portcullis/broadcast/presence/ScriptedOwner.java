package dev.portcullis.broadcast.presence;

import dev.portcullis.bus.Bus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.function.Function;

/** An owner of rooms that takes reports, and says of who is there what a test wants. */
public final class ScriptedOwner {
    /** Of a room without users, which one has left lately. */
    public static final PresenceAnswer LEFT = new PresenceAnswer.Page(1, 0, List.of(), false, true);

    private ScriptedOwner() {}

    /** One that never says who is there. Completes when questions reach it. */
    public static Future<?> silent(Bus bus) {
        return answer(bus, query -> Promise.<PresenceAnswer>promise().future());
    }

    /** Completes when questions reach it. */
    public static Future<?> answer(Bus bus, Function<PresenceQuery, Future<PresenceAnswer>> page) {
        return Future.all(
                bus.answer(RoomPresence.REPORT, 0, report -> Future.succeededFuture(new PresenceReport.Receipt(true))),
                bus.answer(RoomPresence.PAGE, 0, page));
    }
}
