package dev.portcullis.app.node.assembly;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.RoomStreams;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import io.vertx.core.Future;
import java.util.Set;

/** The streams of rooms, as the stage {@code rooms} asks about them. */
record RoomStreamReader(StreamStore streams) implements RoomStreams {
    @Override
    public Future<Boolean> isBarred(RoomId room, UserId user) {
        return streams.barred(StreamName.room(room), Set.of(user)).map(barred -> barred.contains(user));
    }

    @Override
    public Future<Void> unbar(RoomId room, UserId user) {
        return streams.unbar(StreamName.room(room), user);
    }

    @Override
    public Future<Boolean> isUsed(RoomId room) {
        return streams.head(StreamName.room(room)).map(head -> head.seq() > 0);
    }
}
