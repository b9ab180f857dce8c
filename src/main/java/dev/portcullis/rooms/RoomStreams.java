package dev.portcullis.rooms;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;

/** The streams of rooms, as this stage asks them. The bars lie there, since an append has to see them in its own step. */
public interface RoomStreams {
    Future<Boolean> isBarred(RoomId room, UserId user);

    /** Whether anything was ever written to the room, as far as its stream still knows. */
    Future<Boolean> isUsed(RoomId room);

    /** Makes all users leave the room who may not be in it any more, also those who are joining it at this moment. */
    Future<Void> confirmListeners(RoomId room);
}
