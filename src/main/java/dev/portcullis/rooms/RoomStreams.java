package dev.portcullis.rooms;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;

/** What this stage asks of the rooms' streams. The bars lie there, since an append has to see them in its own step. */
public interface RoomStreams {
    Future<Boolean> isBarred(RoomId room, UserId user);

    /** Whether anything was ever written to the room, as far as its stream still knows. */
    Future<Boolean> isUsed(RoomId room);

    /** Has all leave the room who may not be in it any more, also those who are on their way into it. */
    Future<Void> confirmListeners(RoomId room);
}
