package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.Room.Visibility;
import dev.portcullis.rooms.directory.RoomListStore.Claim;
import dev.portcullis.rooms.directory.RoomStore.Entrant;
import dev.portcullis.rooms.directory.RoomStore.Terms;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Changes rooms and the lists that name them, which lie in different lanes. The entry of a list comes first, and what it
 * stands for before the entry's deadline. If a process dies between the two, the list names a room too many until it is
 * read. It decides nothing about rights; a change is done only under the conditions on which it was decided.
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
     * @param latest when this may be done, by the store's clock
     */
    public Future<RoomChange> create(Room room, long latest) {
        Function<Long, Future<RoomChange>> step = notAfter -> rooms.create(room, Math.min(latest, notAfter));
        Function<Long, Future<RoomChange>> listed = room.visibility() == Visibility.PUBLIC
                ? ownEnd -> claimed(
                        RoomList.PUBLIC,
                        room.id(),
                        room.creator(),
                        publicEnd -> step.apply(Math.min(ownEnd, publicEnd)))
                : step;
        return claimed(RoomList.owned(room.creator()), room.id(), room.creator(), listed);
    }

    /** Puts another record in the place of one that was read. No list names more of a room than its id. */
    public Future<RoomChange> update(Room before, Room after, Terms terms) {
        return rooms.update(before, after, terms);
    }

    /**
     * Adds a member, or changes their role.
     *
     * @param liftsBar whether a bar of the user is lifted in the same step
     */
    public Future<RoomChange> putMember(
            RoomId room, UserId user, Membership membership, boolean liftsBar, Terms terms) {
        return claimed(
                RoomList.of(user, membership.role()),
                room,
                user,
                notAfter -> rooms.putMember(
                        room, new Entrant(user, membership, limits.members(), liftsBar), terms.until(notAfter)));
    }

    /** Of a user who is no member it is done. */
    public Future<RoomChange> removeMember(RoomId room, UserId user, Terms terms) {
        return rooms.removeMember(room, user, terms)
                .compose(change ->
                        change == RoomChange.DONE ? tidy(room, user).map(change) : Future.succeededFuture(change));
    }

    /** Removes the room from the lists of a user who is no member any more. Never fails: what is left the next reader does. */
    public Future<Void> tidy(RoomId room, UserId user) {
        return tidy(room, user, RoomList.joined(user), RoomList.owned(user));
    }

    /**
     * Deletes the room with its members and mutes. Its stream stays until its entries are too old, and only admins may read it;
     * entries of other members' lists go when they are read.
     *
     * @param by one of the members, whose lists are put in order at once
     */
    public Future<RoomChange> delete(RoomId room, UserId by, Terms terms) {
        return rooms.delete(room, by, terms)
                .compose(change -> change == RoomChange.DONE
                        ? tidy(room, by, RoomList.PUBLIC, RoomList.owned(by)).map(change)
                        : Future.succeededFuture(change));
    }

    /** @param forMs cut to the longest mute; 0 ends a mute */
    public Future<RoomChange> mute(RoomId room, UserId user, long forMs, Terms terms) {
        long ms = Math.min(forMs, limits.longestMuteMs());
        return rooms.mute(room, new RoomStore.Mute(user, ms, limits.mutes()), terms);
    }

    /** The next rooms that are the viewer's own or public. */
    public Future<RoomListing.Page> list(UserId viewer, Optional<RoomCursor> after, int limit) {
        return listing.page(viewer, after, Math.min(limit, limits.page()));
    }

    /** Members behind {@code after}, in the order of their ids. */
    public Future<List<RoomStore.Member>> members(RoomId room, Optional<UserId> after, int limit) {
        return rooms.members(room, after, Math.min(limit, limits.page()));
    }

    /** Makes the step's entry, then the step. A step that was refused for certain takes its new entry back. */
    private Future<RoomChange> claimed(
            RoomList list, RoomId room, UserId user, Function<Long, Future<RoomChange>> step) {
        return claim(list, room, user)
                .compose(claim -> claim.map(made -> step.apply(made.notAfter())
                                .compose(change -> change == RoomChange.DONE || !made.made()
                                        ? Future.succeededFuture(change)
                                        : lists.remove(list, made.entry()).map(change)))
                        .orElseGet(() -> Future.succeededFuture(RoomChange.TOO_MANY_ROOMS)));
    }

    /** A full list may hold entries that stand for nothing: they go first. */
    private Future<Optional<Claim>> claim(RoomList list, RoomId room, UserId user) {
        return lists.claim(list, room, limits.of(list))
                .compose(claim -> claim.isPresent()
                        ? Future.succeededFuture(claim)
                        : listing.heal(list, user, room).compose(healed -> lists.claim(list, room, limits.of(list))));
    }

    private Future<Void> tidy(RoomId room, UserId user, RoomList... affected) {
        List<Future<Void>> tidied = new ArrayList<>();
        for (RoomList list : affected) {
            tidied.add(listing.heal(list, room, user));
        }
        return Future.join(tidied).transform(any -> Future.succeededFuture());
    }
}
