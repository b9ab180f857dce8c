package dev.portcullis.rooms;

import dev.portcullis.protocol.Role;
import java.util.Locale;
import java.util.Optional;

/** What somebody is in one room; who comes later in the table has more say. */
public enum RoomRole {
    MEMBER,
    MODERATOR,
    OWNER,
    ADMIN;

    private final String id = name().toLowerCase(Locale.ROOT);

    /** As it stands in the configuration and in the store. */
    public String id() {
        return id;
    }

    public static Optional<RoomRole> of(String word) {
        for (RoomRole role : values()) {
            if (role.id.equals(word)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }

    /** What a token makes of its bearer in each room they may enter. */
    static RoomRole ofToken(Role role) {
        return switch (role) {
            case MEMBER -> MEMBER;
            case MODERATOR -> MODERATOR;
            case ADMIN -> ADMIN;
        };
    }
}
