package dev.portcullis.protocol;

import java.util.Locale;
import java.util.Optional;

/** What a token says its bearer is. The order is the rank. */
public enum Role {
    MEMBER,
    MODERATOR,
    ADMIN;

    private final String word = name().toLowerCase(Locale.ROOT);

    public String word() {
        return word;
    }

    public static Optional<Role> of(String word) {
        for (Role role : values()) {
            if (role.word.equals(word)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
