package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.RoomTerms.Condition;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Keeps rooms with their members and mutes. Each method is one atomic step in the lane of the room's stream, by the
 * store's own clock. A failed future means that the store failed, and that the step may or may not be done.
 *
 * <p>A room that a user created has at least one owner from its creation to its deletion. The store keeps only members and mutes
 * of other rooms.
 */
public final class RoomStore {
    private static final RowRange OLD_DELETIONS = RoomRows.DELETIONS.first(RoomStep.SWEPT);

    private final RowStore rows;

    public RoomStore(RowStore rows) {
        this.rows = rows;
    }

    public Future<RoomFacts> find(RoomId id, UserId user) {
        RoomRows room = new RoomRows(id);
        return rows.read(room.lane(), ReadSet.of(room.record(), room.deletion(), room.member(user), room.mute(user)))
                .map(found -> new RoomStep(room, found).facts(user));
    }

    /**
     * Creates a room with its creator as owner, unless the room or members of it exist, or a room of this id was deleted within
     * {@link RoomRows.Deletion#TAKEN_MS}. A bar of the creator, from a room that had the id before, is lifted in the same step. Repeating the
     * same creation is {@code DONE}.
     */
    public Future<RoomChange> create(Room wanted, long notAfter) {
        RoomRows room = new RoomRows(wanted.id());
        RowRange someMembers = room.members().first(1);
        return rows.change(
                room.lane(),
                ReadSet.of(room.record(), room.deletion(), room.bar(wanted.creator()))
                        .and(ReadSet.of(someMembers)),
                found -> new RoomStep(room, found).create(wanted, someMembers, notAfter));
    }

    public Future<RoomChange> update(Room before, Room after, RoomTerms terms) {
        RoomRows room = new RoomRows(before.id());
        return rows.change(
                room.lane(),
                ReadSet.of(room.record()).and(reads(room, terms.conditions())),
                found -> new RoomStep(room, found).update(before, after, terms));
    }

    /**
     * Permits another step in the lane of the room's stream to replace the record of a room, if it and the memberships are unchanged
     * then.
     *
     * @return the permit; refused as {@code CHANGED} or {@code ABSENT}
     */
    public Future<Result<Permit, RoomChange>> permitUpdate(Room before, Room after, List<Condition> conditions) {
        RoomRows room = new RoomRows(before.id());
        return rows.read(room.lane(), ReadSet.of(room.record()).and(reads(room, conditions)))
                .map(found -> new RoomStep(room, found).permitUpdate(before, after, conditions));
    }

    public Future<RoomChange> putMember(RoomId id, Entrant entrant, RoomTerms terms) {
        RoomRows room = new RoomRows(id);
        UserId user = entrant.user();
        return rows.change(
                room.lane(),
                ReadSet.of(room.deletion(), room.memberCount(), room.ownerCount(), room.member(user), room.bar(user))
                        .and(reads(room, terms.conditions())),
                found -> new RoomStep(room, found).put(entrant, terms));
    }

    /** Removes a member; {@code DONE} also for a user who is no member. Their mute stays. */
    public Future<RoomChange> removeMember(RoomId id, UserId user, RoomTerms terms) {
        RoomRows room = new RoomRows(id);
        return rows.change(
                room.lane(),
                ReadSet.of(room.ownerCount(), room.member(user)).and(reads(room, terms.conditions())),
                found -> new RoomStep(room, found).remove(user, terms));
    }

    /**
     * Permits an append to the room's stream to remove a user, if the memberships are unchanged then, and permits nothing else:
     * the entry and the end of the membership are one step. For a user who is no member, the append requires that they are still
     * none.
     *
     * @param unlessDeleted whether the append also requires that the room is not deleted
     * @return the permit; refused as {@code CHANGED} or {@code LAST_OWNER}
     */
    public Future<Result<Permit, RoomChange>> permitRemoval(
            RoomId id, UserId user, List<Condition> conditions, boolean unlessDeleted) {
        RoomRows room = new RoomRows(id);
        return rows.read(
                        room.lane(),
                        ReadSet.of(room.deletion(), room.ownerCount(), room.member(user))
                                .and(reads(room, conditions)))
                .map(found -> new RoomStep(room, found).permitRemoval(user, conditions, unlessDeleted));
    }

    /**
     * Mutes a user, who need not be a member, and replaces an earlier mute; 0 ms end it.
     *
     * @param max how many mutes in force the room may have
     */
    public Future<RoomChange> mute(RoomId id, UserId user, long forMs, int max, RoomTerms terms) {
        RoomRows room = new RoomRows(id);
        RowRange oldest = room.muteEnds().first(RoomStep.SWEPT);
        return rows.change(
                room.lane(),
                ReadSet.of(room.deletion(), room.muteCount(), room.mute(user))
                        .and(ReadSet.of(oldest))
                        .and(reads(room, terms.conditions())),
                found -> new RoomStep(room, found).mute(user, forMs, max, oldest, terms));
    }

    /** Deletes the room with all members and mutes, and keeps the user who did it, who may want to repeat it. */
    public Future<RoomChange> delete(RoomId room, UserId by, RoomTerms terms) {
        return delete(new RoomRows(room), by, terms, Optional.empty());
    }

    /** Deletes the room for its last member, who leaves; {@code CHANGED} if there is another member by now. */
    public Future<RoomChange> deleteLeft(RoomId id, UserId last, RoomTerms terms) {
        RoomRows room = new RoomRows(id);
        return delete(room, last, terms, Optional.of(room.members().first(2)));
    }

    private Future<RoomChange> delete(RoomRows room, UserId by, RoomTerms terms, Optional<RowRange> someMembers) {
        List<RowRange> ranges =
                Stream.concat(Stream.of(OLD_DELETIONS), someMembers.stream()).toList();
        return rows.change(
                room.lane(),
                new ReadSet(List.of(room.record()), ranges).and(reads(room, terms.conditions())),
                found -> new RoomStep(room, found).delete(by, someMembers, OLD_DELETIONS, terms));
    }

    /** The members behind {@code after}, in the order of their ids. */
    public Future<List<Member>> members(RoomId id, Optional<UserId> after, int limit) {
        RoomRows room = new RoomRows(id);
        RowRange page = after.map(user -> room.members().after(user.value(), limit))
                .orElseGet(() -> room.members().first(limit));
        return rows.read(room.lane(), ReadSet.of(page))
                .map(found -> found.get(page).stream()
                        .map(row -> new Member(new UserId(row.key()), RoomRows.MEMBERSHIP.decode(row.value())))
                        .toList());
    }

    private static ReadSet reads(RoomRows room, List<Condition> conditions) {
        return new ReadSet(room.of(conditions), List.of());
    }

    public record Member(UserId user, Membership membership) {}
}
