package dev.portcullis.rooms;

import static dev.portcullis.kit.Await.done;

import dev.portcullis.bus.Bus;
import dev.portcullis.protocol.Verdict;
import io.vertx.core.Future;
import java.util.Optional;

/** In the place of the stage rooms: permits each removal and leave. A test is told of each question before that. */
public final class ScriptedRooms {
    public ScriptedRooms(Bus bus, Runnable asked) throws Exception {
        done(Future.all(
                bus.answer(RoomAuthorizer.AUTHORIZE_REMOVAL, 0, check -> {
                    asked.run();
                    return Future.succeededFuture(new RoomAuthorizer.RemovalVerdict(Verdict.GRANTED, Optional.empty()));
                }),
                bus.answer(RoomAuthorizer.AUTHORIZE_LEAVE, 0, check -> {
                    asked.run();
                    return Future.succeededFuture(new RoomAuthorizer.RemovalVerdict(Verdict.GRANTED, Optional.empty()));
                }),
                bus.answer(
                        RoomAuthorizer.TIDY_LISTS, 0, former -> Future.succeededFuture(new RoomAuthorizer.Tidied()))));
    }
}
