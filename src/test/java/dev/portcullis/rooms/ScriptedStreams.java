package dev.portcullis.rooms;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Streams with the bars and the entries that a test says. */
final class ScriptedStreams implements RoomStreams {
    final Set<UserId> barred = ConcurrentHashMap.newKeySet();
    final Set<RoomId> used = ConcurrentHashMap.newKeySet();
    final List<RoomId> confirmed = new CopyOnWriteArrayList<>();
    /** Is run once, after the next bar was read. */
    volatile Runnable afterRead = () -> {};

    volatile Future<Void> confirmation = Future.succeededFuture();

    @Override
    public Future<Boolean> isBarred(RoomId room, UserId user) {
        Future<Boolean> read = Future.succeededFuture(barred.contains(user));
        Runnable then = afterRead;
        afterRead = () -> {};
        then.run();
        return read;
    }

    @Override
    public Future<Boolean> isUsed(RoomId room) {
        return Future.succeededFuture(used.contains(room));
    }

    @Override
    public Future<Void> confirmListeners(RoomId room) {
        confirmed.add(room);
        return confirmation;
    }
}
