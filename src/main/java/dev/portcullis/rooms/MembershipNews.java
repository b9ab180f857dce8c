package dev.portcullis.rooms;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.RoomAuthorizer.FormerMember;
import dev.portcullis.rooms.directory.Membership;
import dev.portcullis.rooms.directory.Room;
import dev.portcullis.rooms.directory.RoomChange;
import dev.portcullis.rooms.directory.RoomDirectory;
import dev.portcullis.rooms.directory.RoomFacts;
import dev.portcullis.rooms.directory.RoomStore;
import dev.portcullis.rooms.directory.RoomStore.Member;
import dev.portcullis.rooms.invitation.Invitation;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Finds the users who have to hear of a change of a room. Only present and former members do: a room's name is not for others,
 * and a former member does not hear a later name. Frames of several nodes have no order, so the membership in a notice is read
 * just before it is told.
 */
final class MembershipNews {
    private static final int PAGE = 100;

    private final RoomStore rooms;
    private final RoomDirectory directory;
    private final Consumer<List<MembershipNotice>> notices;
    private final long readMs;

    /** @param readMs the longest time that a deletion waits for the reading of its room's members */
    MembershipNews(RoomStore rooms, RoomDirectory directory, Consumer<List<MembershipNotice>> notices, long readMs) {
        this.rooms = rooms;
        this.directory = directory;
        this.notices = notices;
        this.readMs = readMs;
    }

    /**
     * Tells a user that somebody added them, or that they have another role. If the membership has changed again, the later
     * change tells them. Never fails: the change is done.
     */
    Future<Void> changed(RoomId room, UserId user, RoomRole role, Optional<UserId> by) {
        return rooms.find(room, user)
                .onSuccess(facts -> {
                    if (facts.membership().map(Membership::role).equals(Optional.of(role))) {
                        notices.accept(List.of(new MembershipNotice(
                                user, room, Optional.of(role), name(room, facts.room()), named(by))));
                    }
                })
                .<Void>mapEmpty()
                .otherwiseEmpty();
    }

    /** Tells a user of an invitation. They may be a member with another role. */
    void invited(Invitation invitation, UserId user, RoomFacts facts) {
        notices.accept(List.of(new MembershipNotice(
                user,
                invitation.room(),
                facts.membership().map(Membership::role),
                name(invitation.room(), facts.room()),
                named(Optional.of(invitation.by())),
                Optional.of(invitation.role()))));
    }

    /**
     * Takes the step that deletes a room, and tells the members if it is done. They are read before, since their rows go with the
     * room. A store that fails or is slow holds up no deletion: then only those are told who were read by then.
     */
    Future<RoomChange> deleted(Room room, Sender by, Supplier<Future<RoomChange>> step) {
        List<UserId> members = new ArrayList<>(); // ids only, as many as rooms.limits allows
        return read(room.id(), members).timeout(readMs, TimeUnit.MILLISECONDS).transform(any -> {
            List<UserId> known = List.copyOf(members);
            return step.get().onSuccess(change -> {
                if (change == RoomChange.DONE && !known.isEmpty()) {
                    notices.accept(ends(room, known, named(Optional.of(by.userId()))));
                }
            });
        });
    }

    /** Reads the ids of all members. A reading that takes too long ends by itself: a deleted room has no further page. */
    private Future<Void> read(RoomId room, List<UserId> members) {
        Optional<UserId> after = members.isEmpty() ? Optional.empty() : Optional.of(members.get(members.size() - 1));
        return directory.members(room, after, PAGE).compose(page -> {
            page.forEach(member -> members.add(member.user()));
            return page.isEmpty() ? Future.succeededFuture() : read(room, members);
        });
    }

    private static List<MembershipNotice> ends(Room room, List<UserId> members, Optional<UserId> by) {
        return members.stream()
                .map(user -> new MembershipNotice(user, room.id(), Optional.empty(), room.name(), by))
                .toList();
    }

    /** Tidies the lists of a user whose membership ended, and tells them if they had one. */
    Future<Void> ended(FormerMember former) {
        return directory
                .tidy(former.room(), former.user())
                .compose(any -> former.name().map(name -> ended(former, name)).orElseGet(Future::succeededFuture));
    }

    private Future<Void> ended(FormerMember former, String name) {
        return rooms.find(former.room(), former.user())
                .onSuccess(facts -> {
                    if (facts.membership().isEmpty()) {
                        notices.accept(List.of(new MembershipNotice(
                                former.user(), former.room(), Optional.empty(), name, named(former.by()))));
                    }
                })
                .mapEmpty();
    }

    /**
     * Tells all members of the new name. It runs on by itself: the caller is answered before the last of many members is told.
     */
    void renamed(Room room, Sender by) {
        renamed(room, named(Optional.of(by.userId())), Optional.empty());
    }

    private void renamed(Room room, Optional<UserId> by, Optional<UserId> after) {
        directory.members(room.id(), after, PAGE).onSuccess(members -> {
            if (!members.isEmpty()) {
                notices.accept(
                        members.stream().map(member -> notice(room, member, by)).toList());
                renamed(room, by, Optional.of(members.get(members.size() - 1).user()));
            }
        });
    }

    private static MembershipNotice notice(Room room, Member member, Optional<UserId> by) {
        RoomRole role = member.membership().role();
        return new MembershipNotice(member.user(), room.id(), Optional.of(role), room.name(), by);
    }

    static String name(RoomId id, Optional<Room> room) {
        return room.map(Room::name).orElse(id.value());
    }

    /** The user who acted; empty for the application's server, which has no name. */
    private static Optional<UserId> named(Optional<UserId> by) {
        return by.filter(id -> !UserId.isReserved(id.value()));
    }
}
