package dev.portcullis.rooms;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.Room;
import dev.portcullis.rooms.directory.RoomDirectory;
import dev.portcullis.rooms.directory.RoomFacts;
import dev.portcullis.rooms.directory.RoomRole;
import dev.portcullis.rooms.directory.RoomStore;
import dev.portcullis.rooms.directory.RoomStore.Member;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Finds out who has to hear of a change of a room. Only members do, and who was one: a room's name is not for others. */
final class MembershipNews {
    private static final int PAGE = 100;

    private final RoomStore rooms;
    private final RoomDirectory directory;
    private final MembershipNotices notices;

    MembershipNews(RoomStore rooms, RoomDirectory directory, MembershipNotices notices) {
        this.rooms = rooms;
        this.directory = directory;
        this.notices = notices;
    }

    /** Somebody was added, or has another role. */
    void changed(RoomCommand.PutMember change, Optional<Room> room) {
        notices.tell(List.of(new MembershipNotice(
                change.target(),
                change.room(),
                Optional.of(change.role()),
                name(change.room(), room),
                named(Optional.of(change.by().userId())))));
    }

    /** Puts the lists of a user in order whose membership ended, and tells them if there was one. */
    Future<Void> ended(RoomId room, UserId user, Optional<UserId> by) {
        return directory
                .tidy(room, user)
                .compose(listed ->
                        listed ? rooms.find(room, user).onSuccess(facts -> ended(room, user, by, facts)) : none())
                .mapEmpty();
    }

    private void ended(RoomId room, UserId user, Optional<UserId> by, RoomFacts facts) {
        if (facts.membership().isEmpty() && !facts.deleted()) {
            notices.tell(
                    List.of(new MembershipNotice(user, room, Optional.empty(), name(room, facts.room()), named(by))));
        }
    }

    /** Goes on by itself: the caller is answered before the last of many members is told. */
    void renamed(Room room, Sender by) {
        renamed(room, named(Optional.of(by.userId())), Optional.empty());
    }

    private void renamed(Room room, Optional<UserId> by, Optional<UserId> after) {
        directory.members(room.id(), after, PAGE).onSuccess(members -> {
            if (!members.isEmpty()) {
                notices.tell(
                        members.stream().map(member -> notice(room, member, by)).toList());
                renamed(room, by, Optional.of(members.get(members.size() - 1).user()));
            }
        });
    }

    private static MembershipNotice notice(Room room, Member member, Optional<UserId> by) {
        RoomRole role = member.membership().role();
        return new MembershipNotice(member.user(), room.id(), Optional.of(role), room.name(), by);
    }

    private static String name(RoomId id, Optional<Room> room) {
        return room.map(Room::name).orElse(id.value());
    }

    /** The application's server has no name. */
    private static Optional<UserId> named(Optional<UserId> by) {
        return by.filter(id -> !UserId.isReserved(id.value()));
    }

    private static Future<RoomFacts> none() {
        return Future.succeededFuture(RoomFacts.NONE);
    }
}
