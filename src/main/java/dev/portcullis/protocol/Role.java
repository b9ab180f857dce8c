package dev.portcullis.protocol;

import java.util.Locale;
import java.util.Optional;

/** What a token says its bearer is. The order is the rank. */
public enum Role {
    MEMBER,
    MODERATOR,
    ADMIN;

    private final String id = name().toLowerCase(Locale.ROOT);

    public String id() {
        return id;
    }

    public static Optional<Role> of(String word) {
        for (Role role : values()) {
            if (role.id.equals(word)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
