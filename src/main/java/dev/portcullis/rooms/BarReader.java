package dev.portcullis.rooms;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;

/** Reads whether a user is barred from a room's stream, where alone that is known. */
public interface BarReader {
    Future<Boolean> isBarred(RoomId room, UserId user);
}
