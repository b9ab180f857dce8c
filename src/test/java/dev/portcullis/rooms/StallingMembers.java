package dev.portcullis.rooms;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Memberships whose reads can be held back. */
public final class StallingMembers implements MembershipStore {
    private final MembershipStore members;
    private final List<Runnable> held = new ArrayList<>();
    private boolean holding;

    public StallingMembers(MembershipStore members) {
        this.members = members;
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

    @Override
    public synchronized Future<Optional<Membership>> find(RoomId room, UserId user) {
        if (!holding) {
            return members.find(room, user);
        }
        Promise<Void> promise = Promise.promise();
        Context caller = Vertx.currentContext();
        held.add(() -> caller.runOnContext(any -> promise.complete()));
        return promise.future().compose(any -> members.find(room, user));
    }

    @Override
    public Future<Void> put(RoomId room, UserId user, Membership membership) {
        return members.put(room, user, membership);
    }

    @Override
    public Future<Void> remove(RoomId room, UserId user) {
        return members.remove(room, user);
    }
}
