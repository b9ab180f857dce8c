package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.Lanes;
import dev.portcullis.streams.StreamName;

/** Names a list of rooms. Its entries lie in one lane, for a user in the user's. */
public record RoomList(Kind kind, String value, int lane) {
    private static final String SHARED = "rooms";

    /** The rooms that any user may enter. */
    public static final RoomList PUBLIC = new RoomList(Kind.PUBLIC, Kind.PUBLIC.name(), Lanes.of(SHARED));

    /** What a list is about. */
    public enum Kind {
        /** Rooms of which a user is an owner. */
        OWNED,
        /** Rooms of which a user is a member, but no owner: others may add them, so these don't count as their own. */
        JOINED,
        PUBLIC
    }

    public static RoomList owned(UserId user) {
        return of(Kind.OWNED, user);
    }

    public static RoomList joined(UserId user) {
        return of(Kind.JOINED, user);
    }

    /** The list of the user that a room belongs to where they have this role. */
    public static RoomList of(UserId user, RoomRole role) {
        return role == RoomRole.OWNER ? owned(user) : joined(user);
    }

    /** Whether a room of which these facts are true, for the user of the list, belongs to it. */
    public boolean has(RoomFacts facts) {
        boolean owner = facts.membership()
                .filter(membership -> membership.role() == RoomRole.OWNER)
                .isPresent();
        return switch (kind) {
            case OWNED -> owner;
            case JOINED -> facts.membership().isPresent() && !owner;
            case PUBLIC ->
                facts.room()
                        .filter(room -> room.visibility() == Room.Visibility.PUBLIC)
                        .isPresent();
        };
    }

    private static RoomList of(Kind kind, UserId user) {
        return new RoomList(
                kind, kind + ":" + user.value(), StreamName.inbox(user).lane());
    }
}
