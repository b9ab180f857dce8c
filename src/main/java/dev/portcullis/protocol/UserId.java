package dev.portcullis.protocol;

import java.util.Locale;
import java.util.Set;

/** The id of a user: 1 to 128 letters, digits and {@code _.:-@|+}, starting with a letter or digit. */
public record UserId(String value) {
    /** Ids that no user can log in with. */
    public static final Set<String> RESERVED = Set.of("deleted", "system");

    /** The application's server, as the author of what it sends. */
    public static final UserId SYSTEM = new UserId("system");

    public UserId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not a user id");
        }
    }

    /** Ignores case, because otherwise a look-alike could pose as the server (CWE-178). */
    public static boolean isReserved(String value) {
        return RESERVED.contains(value.toLowerCase(Locale.ROOT));
    }

    public static boolean isValid(String value) {
        return IdSyntax.isUserId(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
