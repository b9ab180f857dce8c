package dev.portcullis.broadcast.presence;

import dev.portcullis.bus.Bus;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/** An owner of rooms that takes reports and never says who is there. */
public final class SilentOwner {
    private SilentOwner() {}

    /** Completes when questions reach it. */
    public static Future<?> answer(Bus bus) {
        return Future.all(
                bus.answer(RoomPresence.REPORT, 0, report -> Future.succeededFuture(new PresenceReport.Receipt(true))),
                bus.answer(
                        RoomPresence.PAGE,
                        0,
                        query -> Promise.<PresenceAnswer>promise().future()));
    }
}
