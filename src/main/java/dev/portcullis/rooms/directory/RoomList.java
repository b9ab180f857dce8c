package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.Lanes;
import dev.portcullis.streams.StreamName;
import java.util.List;
import java.util.Optional;

/** Names a list of rooms. Its entries lie in one lane; those of a user's list lie in the user's lane. */
public record RoomList(Kind kind, String value, int lane) {
    private static final String SHARED = "rooms";

    /** The rooms that any user may enter. */
    public static final RoomList PUBLIC = new RoomList(Kind.PUBLIC, Kind.PUBLIC.name(), Lanes.of(SHARED));

    public enum Kind {
        /** The list has the rooms of which a user is an owner by their own act. */
        OWNED,
        /** The list has the rooms in which a user is by their own act, but no owner by it. */
        JOINED,
        /**
         * The list has the rooms to which others added a user. It is bounded apart, so that no stranger uses up the user's own
         * limits.
         */
        ADDED,
        PUBLIC,
        /** The list has the public rooms that a user created, also those that others own by now. */
        PUBLISHED
    }

    public static RoomList owned(UserId user) {
        return of(Kind.OWNED, user);
    }

    public static RoomList joined(UserId user) {
        return of(Kind.JOINED, user);
    }

    public static RoomList added(UserId user) {
        return of(Kind.ADDED, user);
    }

    public static RoomList published(UserId user) {
        return of(Kind.PUBLISHED, user);
    }

    /** The three lists with the rooms of a user; each room is in one of them. */
    public static List<RoomList> ofMember(UserId user) {
        return List.of(owned(user), joined(user), added(user));
    }

    public static List<RoomList> byOwnAct(UserId user) {
        return List.of(owned(user), joined(user));
    }

    /** The list of the user that has a room in which this is their membership. */
    public static RoomList of(UserId user, Membership membership) {
        return of(kindOf(membership), user);
    }

    /** Whether the list has a room with these facts, for this user. */
    public boolean has(RoomFacts facts, UserId user) {
        Optional<Room> open = facts.room().filter(room -> room.visibility() == Room.Visibility.PUBLIC);
        return switch (kind) {
            case OWNED, JOINED, ADDED ->
                facts.membership().map(RoomList::kindOf).filter(kind::equals).isPresent();
            case PUBLIC -> open.isPresent();
            case PUBLISHED -> open.filter(room -> room.creator().equals(user)).isPresent();
        };
    }

    private static Kind kindOf(Membership membership) {
        return switch (membership.origin()) {
            case OWNED -> Kind.OWNED;
            case JOINED -> Kind.JOINED;
            case ADDED -> Kind.ADDED;
        };
    }

    /** The list of this kind that is the user's, or the one of all users. */
    public static RoomList of(Kind kind, UserId user) {
        return kind == Kind.PUBLIC
                ? PUBLIC
                : new RoomList(
                        kind, kind + ":" + user.value(), StreamName.inbox(user).lane());
    }
}
