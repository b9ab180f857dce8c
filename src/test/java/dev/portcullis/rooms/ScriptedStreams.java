package dev.portcullis.rooms;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Streams with the bars and the entries that a test says. */
final class ScriptedStreams implements RoomStreams {
    final Set<UserId> barred = ConcurrentHashMap.newKeySet();
    final Set<RoomId> used = ConcurrentHashMap.newKeySet();

    @Override
    public Future<Boolean> isBarred(RoomId room, UserId user) {
        return Future.succeededFuture(barred.contains(user));
    }

    @Override
    public Future<Boolean> isUsed(RoomId room) {
        return Future.succeededFuture(used.contains(room));
    }
}
