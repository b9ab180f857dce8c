package dev.portcullis.uploads;

import dev.portcullis.protocol.RoomId;
import io.vertx.core.Future;

/** The question whether the user who calls may read in a room, asked again with each download. The caller brings it. */
@FunctionalInterface
public interface RoomReaders {
    Future<Boolean> mayRead(RoomId room);
}
