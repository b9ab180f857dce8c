package dev.portcullis.protocol;

import java.util.Optional;
import java.util.stream.Stream;

/** A user's role in one room. A later constant ranks higher. */
public enum RoomRole implements LowerCaseId {
    /** Comes only from a token. */
    UNVERIFIED,
    MEMBER,
    MODERATOR,
    OWNER,
    /** Comes only from a token. */
    ADMIN;

    public static Optional<RoomRole> of(String text) {
        return Stream.of(values()).filter(role -> role.id().equals(text)).findFirst();
    }

    /** Whether a user can have it in a room by membership. */
    public boolean isOfMembership() {
        return this != UNVERIFIED && this != ADMIN;
    }

    /** The role that a token gives in each room that its user may enter. */
    public static RoomRole ofToken(Role role) {
        return switch (role) {
            case UNVERIFIED -> UNVERIFIED;
            case MEMBER -> MEMBER;
            case MODERATOR -> MODERATOR;
            case ADMIN -> ADMIN;
        };
    }
}
