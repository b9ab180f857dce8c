package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.Room.Visibility;
import dev.portcullis.rooms.directory.RoomListStore.Claim;
import dev.portcullis.rooms.directory.RoomTerms.Condition;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Changes rooms and the lists that name them, which lie in different lanes. The entry of a list is made first, and then the
 * membership or room that it stands for, before the entry's deadline. If a process dies between the two, the list names a room
 * too many until it is read. This class decides nothing about rights; a change is done only under the conditions on which it was
 * decided.
 */
public final class RoomDirectory {
    private final RoomStore rooms;
    private final RoomListStore lists;
    private final RoomLimits limits;
    private final RoomListing listing;

    public RoomDirectory(RoomStore rooms, RoomListStore lists, RoomLimits limits) {
        this.rooms = rooms;
        this.lists = lists;
        this.limits = limits;
        this.listing = new RoomListing(rooms, lists);
    }

    /**
     * Creates a room with its creator as owner.
     *
     * @param latest the latest time at which it may be done, by the store's clock
     */
    public Future<RoomChange> create(Room room, long latest) {
        Function<Long, Future<RoomChange>> step = notAfter -> rooms.create(room, Math.min(latest, notAfter));
        Function<Long, Future<RoomChange>> listed =
                room.visibility() == Visibility.PUBLIC ? ownEnd -> published(room, ownEnd, step) : step;
        RoomList own = RoomList.owned(room.creator());
        return claimed(claim(own, room.id(), room.creator()), listed);
    }

    private Future<RoomChange> published(Room room, long latest, Function<Long, Future<RoomChange>> step) {
        RoomList share = RoomList.published(room.creator());
        return claimed(
                claim(share, room.id(), room.creator()),
                shareEnd -> claimed(claimPublic(room), end -> step.apply(Math.min(latest, Math.min(shareEnd, end)))));
    }

    /**
     * Claims an entry in the list of public rooms. A user without a public room gets one even if there are enough: the first
     * users could otherwise keep out all others (CWE-400).
     */
    private Future<Optional<Made>> claimPublic(Room room) {
        return claim(RoomList.PUBLIC, room.id(), room.creator())
                .compose(claim -> claim.isPresent() || limits.publicRooms() == 0
                        ? Future.succeededFuture(claim)
                        : listing.hasOther(RoomList.published(room.creator()), room.creator(), room.id())
                                .compose(other -> other
                                        ? Future.succeededFuture(claim)
                                        : claimWithin(RoomList.PUBLIC, room.id(), Integer.MAX_VALUE)));
    }

    /** Replaces a record that was read. Lists need no change: they name only a room's id. */
    public Future<RoomChange> update(Room before, Room after, RoomTerms terms) {
        return rooms.update(before, after, terms);
    }

    /** Permits to replace a record that was read, in another step: see {@link RoomStore#permitUpdate}. */
    public Future<Result<Permit, RoomChange>> permitUpdate(Room before, Room after, List<Condition> conditions) {
        return rooms.permitUpdate(before, after, conditions);
    }

    /**
     * Adds a member, or changes their role.
     *
     * @param liftsBar whether the same step lifts a bar of the user
     */
    public Future<RoomChange> putMember(
            RoomId room, UserId user, Membership membership, boolean liftsBar, RoomTerms terms) {
        RoomList list = RoomList.of(user, membership);
        return claimed(claim(list, room, user), notAfter -> put(room, user, membership, liftsBar, terms, notAfter));
    }

    /** Like {@link #putMember}, but the list may grow into a reserve that users can't use up for each other. */
    public Future<RoomChange> putMemberFromReserve(
            RoomId room, UserId user, Membership membership, boolean liftsBar, RoomTerms terms) {
        RoomList list = RoomList.of(user, membership);
        return claimed(
                claimWithin(list, room, 2 * limits.of(list)),
                notAfter -> put(room, user, membership, liftsBar, terms, notAfter));
    }

    /** Gives a member the role of an owner who leaves. They did not ask for it, so no limit of theirs applies. */
    public Future<RoomChange> promote(RoomId room, RoomStore.Member successor, RoomTerms terms) {
        Membership membership = successor.membership().given(RoomRole.OWNER);
        return claimed(
                claimWithin(RoomList.of(successor.user(), membership), room, Integer.MAX_VALUE),
                notAfter -> put(room, successor.user(), membership, false, terms, notAfter));
    }

    private Future<RoomChange> put(
            RoomId room, UserId user, Membership membership, boolean liftsBar, RoomTerms terms, long notAfter) {
        return rooms.putMember(room, new Entrant(user, membership, limits.members(), liftsBar), terms.until(notAfter));
    }

    /** Permits an append to remove a member: see {@link RoomStore#permitRemoval}. */
    public Future<Result<Permit, RoomChange>> permitRemoval(
            RoomId room, UserId user, List<Condition> conditions, boolean unlessDeleted) {
        return rooms.permitRemoval(room, user, conditions, unlessDeleted);
    }

    /** Removes a member; {@code DONE} also for a user who is no member. */
    public Future<RoomChange> removeMember(RoomId room, UserId user, RoomTerms terms) {
        return rooms.removeMember(room, user, terms)
                .compose(change ->
                        change == RoomChange.DONE ? tidy(room, user).map(change) : Future.succeededFuture(change));
    }

    /**
     * Removes the room from the lists of a user who is no member any more. Never fails: the next reader removes an entry that is
     * left.
     */
    public Future<Void> tidy(RoomId room, UserId user) {
        return tidy(room, user, RoomList.ofMember(user));
    }

    /**
     * Deletes the room with its members and mutes. Its stream stays until its entries are too old, and only admins may read it;
     * entries of other members' lists go when they are read.
     *
     * @param by one of the members, whose lists are tidied at once
     */
    public Future<RoomChange> delete(RoomId room, UserId by, RoomTerms terms) {
        return deleted(room, by, rooms.delete(room, by, terms));
    }

    /** Deletes the room for its last member, who leaves; {@code CHANGED} if there is another member by now. */
    public Future<RoomChange> deleteLeft(RoomId room, UserId last, RoomTerms terms) {
        return deleted(room, last, rooms.deleteLeft(room, last, terms));
    }

    private Future<RoomChange> deleted(RoomId room, UserId by, Future<RoomChange> deletion) {
        return deletion.compose(change -> change == RoomChange.DONE
                ? tidy(room, by, List.of(RoomList.PUBLIC, RoomList.owned(by), RoomList.published(by)))
                        .map(change)
                : Future.succeededFuture(change));
    }

    /** @param forMs the length of the mute, cut to the longest one; 0 ends a mute */
    public Future<RoomChange> mute(RoomId room, UserId user, long forMs, RoomTerms terms) {
        long ms = Math.min(forMs, limits.longestMuteMs());
        return rooms.mute(room, user, ms, limits.mutes(), terms);
    }

    /** The next rooms that are the viewer's own, or public. */
    public Future<RoomListing.Page> list(UserId viewer, Optional<RoomCursor> after, int limit) {
        return listing.page(viewer, after, Math.min(limit, limits.page()));
    }

    /** The facts about a user in a room that a list of theirs names. An entry that stands for nothing is removed. */
    public Future<RoomFacts> facts(RoomList list, RoomListStore.Entry entry, UserId user) {
        return listing.facts(list, entry, user);
    }

    /** The members behind {@code after}, in the order of their ids. */
    public Future<List<RoomStore.Member>> members(RoomId room, Optional<UserId> after, int limit) {
        return rooms.members(room, after, Math.min(limit, limits.page()));
    }

    /** Makes the step's entry, then takes the step. A step that was surely refused takes its new entry back. */
    private Future<RoomChange> claimed(Future<Optional<Made>> claimed, Function<Long, Future<RoomChange>> step) {
        return claimed.compose(made -> made.map(entry -> step.apply(
                                entry.claim().notAfter())
                        .compose(change -> change == RoomChange.DONE
                                        || !entry.claim().made()
                                ? Future.succeededFuture(change)
                                : lists.remove(entry.list(), entry.claim().entry())
                                        .map(change)))
                .orElseGet(() -> Future.succeededFuture(RoomChange.TOO_MANY_ROOMS)));
    }

    /** Claims an entry. A full list may hold entries that stand for nothing: they are removed first. */
    private Future<Optional<Made>> claim(RoomList list, RoomId room, UserId user) {
        int max = limits.of(list);
        return claimWithin(list, room, max)
                .compose(made -> made.isPresent()
                        ? Future.succeededFuture(made)
                        : listing.heal(list, user, room).compose(healed -> claimWithin(list, room, max)));
    }

    private Future<Optional<Made>> claimWithin(RoomList list, RoomId room, int max) {
        return lists.claim(list, room, max).map(claim -> claim.map(each -> new Made(list, each)));
    }

    private record Made(RoomList list, Claim claim) {}

    private Future<Void> tidy(RoomId room, UserId user, List<RoomList> affected) {
        List<Future<Void>> tidied = new ArrayList<>();
        for (RoomList list : affected) {
            tidied.add(listing.heal(list, room, user));
        }
        return Future.join(tidied).transform(any -> Future.succeededFuture());
    }
}
