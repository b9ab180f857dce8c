package dev.portcullis.rooms;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.Membership;
import dev.portcullis.rooms.directory.Room;
import dev.portcullis.rooms.directory.RoomChange;
import dev.portcullis.rooms.directory.RoomFacts;
import dev.portcullis.rooms.directory.RoomStore;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Memberships whose reads can be held back. */
public final class StallingMembers implements RoomStore {
    private final RoomStore members;
    private final List<Runnable> held = new ArrayList<>();
    private boolean holding;

    public StallingMembers(RoomStore members) {
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
    public synchronized Future<RoomFacts> find(RoomId room, UserId user) {
        if (!holding) {
            return members.find(room, user);
        }
        Promise<Void> promise = Promise.promise();
        Context caller = Vertx.currentContext();
        held.add(() -> caller.runOnContext(any -> promise.complete()));
        return promise.future().compose(any -> members.find(room, user));
    }

    /** Adds a member without an entry in any list. */
    public Future<RoomChange> put(RoomId room, UserId user, RoomRole role) {
        return putMember(room, new Entrant(user, Membership.taken(role, 0), 10, false), Terms.NONE);
    }

    @Override
    public Future<RoomChange> create(Room room, long notAfter) {
        return members.create(room, notAfter);
    }

    @Override
    public Future<RoomChange> update(Room before, Room after, Terms terms) {
        return members.update(before, after, terms);
    }

    @Override
    public Future<RoomChange> putMember(RoomId room, Entrant entrant, Terms terms) {
        return members.putMember(room, entrant, terms);
    }

    @Override
    public Future<RoomChange> removeMember(RoomId room, UserId user, Terms terms) {
        return members.removeMember(room, user, terms);
    }

    @Override
    public Future<RoomChange> mute(RoomId room, Mute mute, Terms terms) {
        return members.mute(room, mute, terms);
    }

    @Override
    public Future<RoomChange> delete(RoomId room, UserId by, Terms terms) {
        return members.delete(room, by, terms);
    }

    @Override
    public Future<RoomChange> deleteLeft(RoomId room, UserId last, Terms terms) {
        return members.deleteLeft(room, last, terms);
    }

    @Override
    public Future<List<Member>> members(RoomId room, Optional<UserId> after, int limit) {
        return members.members(room, after, limit);
    }
}
