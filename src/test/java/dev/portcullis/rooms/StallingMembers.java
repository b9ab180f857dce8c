package dev.portcullis.rooms;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.Entrant;
import dev.portcullis.rooms.directory.Membership;
import dev.portcullis.rooms.directory.RoomChange;
import dev.portcullis.rooms.directory.RoomStore;
import dev.portcullis.rooms.directory.RoomTerms;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.WatchedRows;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/** Rooms whose reads can be held back. */
public final class StallingMembers {
    private final RoomStore rooms;
    private final List<Runnable> held = new ArrayList<>();
    private boolean holding;

    public StallingMembers(RowStore rows) {
        this.rooms = new RoomStore(new WatchedRows(rows, any -> pass(), any -> Future.succeededFuture()));
    }

    public RoomStore rooms() {
        return rooms;
    }

    public synchronized void hold() {
        holding = true;
    }

    public synchronized int waiting() {
        return held.size();
    }

    public void release() {
        List<Runnable> all;
        synchronized (this) {
            holding = false;
            all = List.copyOf(held);
            held.clear();
        }
        all.forEach(Runnable::run);
    }

    /** Adds a member without an entry in any list. */
    public Future<RoomChange> put(RoomId room, UserId user, RoomRole role) {
        return rooms.putMember(room, new Entrant(user, Membership.taken(role, 0), 10, false), RoomTerms.NONE);
    }

    private synchronized Future<?> pass() {
        if (!holding) {
            return Future.succeededFuture();
        }
        Promise<Void> promise = Promise.promise();
        Context caller = Vertx.currentContext();
        held.add(() -> caller.runOnContext(any -> promise.complete()));
        return promise.future();
    }
}
