package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.RoomFacts.Permits;
import dev.portcullis.rooms.directory.RoomRows.Deletion;
import dev.portcullis.rooms.directory.RoomTerms.Condition;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.Rows;
import dev.portcullis.store.rows.WriteSet;
import dev.portcullis.streams.RemovedFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The rules of one change of a room: reads its rows, and decides what they become. */
final class RoomStep {
    /** The most expired rows that go with another change, so that a change takes no longer when many have expired. */
    static final int SWEPT = 20;

    private final RoomRows room;
    private final Rows found;

    RoomStep(RoomRows room, Rows found) {
        this.room = room;
        this.found = found;
    }

    RoomFacts facts(UserId user) {
        Optional<Deletion> deletion = deletion();
        Optional<Membership> membership = membership(user);
        List<RowKey> toAct = new ArrayList<>(List.of(room.deletion()));
        toAct.add(membership.isPresent() ? room.member(user) : room.record()); // whichever lets the user in
        List<RowKey> toSpeak = new ArrayList<>(toAct);
        toSpeak.add(room.mute(user));
        return new RoomFacts(
                record(),
                deletion.isPresent(),
                membership,
                mutedUntil(user).filter(until -> until > found.now()),
                false,
                deletion.filter(of -> of.by().equals(user)).isPresent(),
                new Permits(found.permit(toAct, WriteSet.NONE), found.permit(toSpeak, WriteSet.NONE)));
    }

    RowStep<RoomChange> create(Room wanted, RowRange someMembers, long notAfter) {
        Optional<Room> present = record();
        if (present.equals(Optional.of(wanted))) {
            return RowStep.done(RoomChange.DONE);
        }
        if (present.isPresent()
                || !found.get(someMembers).isEmpty()
                || deletion().isPresent()) {
            return RowStep.done(RoomChange.TAKEN);
        }
        WriteSet writes = empty().put(room.record(), RoomRows.ROOM.encode(wanted))
                .put(room.member(wanted.creator()), RoomRows.MEMBERSHIP.encode(wanted.founder()))
                .put(room.memberCount(), "1")
                .put(room.ownerCount(), "1");
        return inTime(notAfter, writes.and(withoutFormerDeletion()).and(withoutBar(wanted.creator())));
    }

    RowStep<RoomChange> update(Room before, Room after, RoomTerms terms) {
        Optional<Room> present = record();
        if (present.isEmpty()) {
            return RowStep.done(RoomChange.ABSENT);
        }
        return ifUnchanged(
                terms,
                () -> present.equals(Optional.of(before))
                        ? done(WriteSet.of(room.record(), RoomRows.ROOM.encode(after)), terms)
                        : RowStep.done(RoomChange.CHANGED));
    }

    /** The permit by which another step replaces the record: see {@link RoomStore#permitUpdate}. */
    Result<Permit, RoomChange> permitUpdate(Room before, Room after, List<Condition> conditions) {
        Optional<Room> present = record();
        if (present.isEmpty()) {
            return Result.refused(RoomChange.ABSENT);
        }
        if (!present.equals(Optional.of(before)) || !areUnchanged(conditions)) {
            return Result.refused(RoomChange.CHANGED);
        }
        List<RowKey> unchanged = new ArrayList<>(List.of(room.record()));
        unchanged.addAll(room.of(conditions));
        return Result.done(found.permit(
                unchanged.stream().distinct().toList(), WriteSet.of(room.record(), RoomRows.ROOM.encode(after))));
    }

    RowStep<RoomChange> put(Entrant entrant, RoomTerms terms) {
        UserId user = entrant.user();
        if (deletion().isPresent()) {
            return RowStep.done(RoomChange.ABSENT);
        }
        return ifUnchanged(terms, () -> {
            if (membership(user).isEmpty() && found.number(room.memberCount()) >= entrant.max()) {
                return RowStep.done(RoomChange.FULL);
            }
            return membershipWrites(user, Optional.of(entrant.membership()))
                    .map(writes -> done(entrant.liftsBar() ? writes.and(withoutBar(user)) : writes, terms))
                    .orElseGet(() -> RowStep.done(RoomChange.LAST_OWNER));
        });
    }

    RowStep<RoomChange> remove(UserId user, RoomTerms terms) {
        return ifUnchanged(
                terms,
                () -> membershipWrites(user, Optional.empty())
                        .map(writes -> done(writes, terms))
                        .orElseGet(() -> RowStep.done(RoomChange.LAST_OWNER)));
    }

    /** The permit by which another step removes the member: see {@link RoomStore#permitRemoval}. */
    Result<Permit, RoomChange> permitRemoval(UserId user, List<Condition> conditions, boolean unlessDeleted) {
        if ((unlessDeleted && deletion().isPresent()) || !areUnchanged(conditions)) {
            return Result.refused(RoomChange.CHANGED);
        }
        List<RowKey> unchanged = new ArrayList<>(List.of(room.member(user)));
        unchanged.addAll(room.of(conditions));
        if (unlessDeleted) {
            unchanged.add(room.deletion());
        }
        if (isOwner(membership(user))) {
            unchanged.add(room.ownerCount());
        }
        return membershipWrites(user, Optional.empty())
                .map(writes -> Result.<Permit, RoomChange>done(
                        found.permit(unchanged.stream().distinct().toList(), writes)))
                .orElseGet(() -> Result.refused(RoomChange.LAST_OWNER));
    }

    RowStep<RoomChange> mute(UserId user, long forMs, int max, RowRange oldest, RoomTerms terms) {
        if (deletion().isPresent()) {
            return RowStep.done(RoomChange.ABSENT);
        }
        return ifUnchanged(terms, () -> {
            long now = found.now();
            WriteSet writes = WriteSet.NONE;
            List<UserId> ended = found.get(oldest).stream()
                    .filter(end -> RoomRows.time(end.key()) <= now)
                    .map(end -> new UserId(RoomRows.behindTime(end.key())))
                    .toList();
            for (Rows.Row end : found.get(oldest).subList(0, ended.size())) {
                writes = writes.remove(room.muteEnds().row(end.key()));
            }
            for (UserId other : ended) {
                writes = writes.remove(room.mute(other));
            }
            Optional<Long> present = mutedUntil(user);
            boolean isLeft = present.isPresent() && !ended.contains(user);
            long others = found.number(room.muteCount()) - ended.size() - (isLeft ? 1 : 0);
            if (isLeft) {
                writes = writes.remove(room.mute(user)).remove(room.muteEnd(present.get(), user));
            }
            if (forMs == 0) {
                return done(writes.and(count(room.muteCount(), others)), terms);
            }
            if (!isLeft && others >= max) {
                return RowStep.done(RoomChange.FULL);
            }
            long until = now + forMs;
            return done(
                    writes.put(room.mute(user), Long.toString(until))
                            .put(room.muteEnd(until, user), "")
                            .and(count(room.muteCount(), others + 1)),
                    terms);
        });
    }

    /** @param someMembers two members, if the room is deleted only where there is no other than the one who leaves */
    RowStep<RoomChange> delete(UserId by, Optional<RowRange> someMembers, RowRange oldest, RoomTerms terms) {
        if (record().isEmpty()) {
            return RowStep.done(RoomChange.ABSENT);
        }
        return ifUnchanged(terms, () -> {
            if (someMembers.filter(some -> found.get(some).size() > 1).isPresent()) {
                return RowStep.done(RoomChange.CHANGED);
            }
            WriteSet writes = WriteSet.NONE;
            for (Rows.Row old : found.get(oldest)) {
                if (RoomRows.time(old.key()) + Deletion.TAKEN_MS <= found.now()) {
                    writes = writes.remove(RoomRows.DELETIONS.row(old.key()))
                            .remove(RowKey.of(room.deletion().table(), RoomRows.behindTime(old.key())));
                }
            }
            return done(
                    writes.and(empty())
                            .remove(room.record())
                            .remove(room.memberCount())
                            .remove(room.ownerCount())
                            .put(room.deletion(), RoomRows.DELETION.encode(new Deletion(found.now(), by)))
                            .put(RoomRows.deletionAt(found.now(), room.room()), "")
                            .and(RemovedFiles.writes(room.room())),
                    terms);
        });
    }

    private Optional<Room> record() {
        return found.get(room.record()).map(RoomRows.ROOM::decode);
    }

    /** The deletion while it counts; empty also for one after which the id is free again. */
    private Optional<Deletion> deletion() {
        return recordedDeletion().filter(each -> each.isInForce(found.now()));
    }

    private Optional<Deletion> recordedDeletion() {
        try {
            return found.get(room.deletion()).map(RoomRows.DELETION::decode);
        } catch (IllegalArgumentException | IndexOutOfBoundsException malformed) {
            throw new StoreFailure("the deletion of a room can't be read");
        }
    }

    private Optional<Membership> membership(UserId user) {
        return found.get(room.member(user)).map(RoomRows.MEMBERSHIP::decode);
    }

    private Optional<Long> mutedUntil(UserId user) {
        return found.get(room.mute(user)).map(any -> found.number(room.mute(user)));
    }

    private boolean areUnchanged(List<Condition> conditions) {
        return conditions.stream()
                .allMatch(condition -> membership(condition.user()).equals(condition.membership())
                        && !(condition.unbarred()
                                && found.get(room.bar(condition.user())).isPresent()));
    }

    private RowStep<RoomChange> ifUnchanged(RoomTerms terms, Supplier<RowStep<RoomChange>> step) {
        if (found.now() > terms.notAfter()) {
            return RowStep.done(RoomChange.LATE);
        }
        return areUnchanged(terms.conditions()) ? step.get() : RowStep.done(RoomChange.CHANGED);
    }

    private RowStep<RoomChange> inTime(long notAfter, WriteSet writes) {
        return found.now() > notAfter
                ? RowStep.done(RoomChange.LATE)
                : new RowStep.Done<>(RoomChange.DONE, writes, notAfter);
    }

    private static RowStep<RoomChange> done(WriteSet writes, RoomTerms terms) {
        return new RowStep.Done<>(RoomChange.DONE, writes, terms.notAfter());
    }

    /** Gives a user another membership; empty where a room that a user created would lose its last owner. */
    private Optional<WriteSet> membershipWrites(UserId user, Optional<Membership> wanted) {
        Optional<Membership> present = membership(user);
        long owners = found.number(room.ownerCount()); // 0 for a room that no user created
        int gained = (isOwner(wanted) ? 1 : 0) - (isOwner(present) ? 1 : 0);
        if (gained < 0 && owners == 1) {
            return Optional.empty();
        }
        WriteSet writes = wanted.map(
                        membership -> WriteSet.of(room.member(user), RoomRows.MEMBERSHIP.encode(membership)))
                .orElseGet(() -> present.isPresent() ? WriteSet.NONE.remove(room.member(user)) : WriteSet.NONE);
        int more = (wanted.isPresent() ? 1 : 0) - (present.isPresent() ? 1 : 0);
        if (more != 0) {
            writes = writes.add(room.memberCount(), more);
        }
        return Optional.of(gained != 0 && owners > 0 ? writes.and(count(room.ownerCount(), owners + gained)) : writes);
    }

    private WriteSet withoutBar(UserId user) {
        return found.get(room.bar(user)).isPresent()
                ? WriteSet.NONE.remove(room.bar(user)).add(room.barCount(), -1)
                : WriteSet.NONE;
    }

    private WriteSet withoutFormerDeletion() {
        return recordedDeletion()
                .map(former ->
                        WriteSet.NONE.remove(room.deletion()).remove(RoomRows.deletionAt(former.at(), room.room())))
                .orElse(WriteSet.NONE);
    }

    private WriteSet empty() {
        return WriteSet.NONE
                .clear(room.members())
                .clear(room.mutes())
                .clear(room.muteEnds())
                .remove(room.muteCount());
    }

    private static WriteSet count(RowKey row, long number) {
        return number > 0 ? WriteSet.of(row, Long.toString(number)) : WriteSet.NONE.remove(row);
    }

    private static boolean isOwner(Optional<Membership> membership) {
        return membership.filter(each -> each.role() == RoomRole.OWNER).isPresent();
    }
}
