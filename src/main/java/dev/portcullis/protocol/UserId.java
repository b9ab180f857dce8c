package dev.portcullis.protocol;

import java.util.Locale;
import java.util.Set;

/** Who: 1 to 128 of letters, digits and {@code _.:-@|+}, beginning with a letter or digit. */
public record UserId(String value) {
    /** Names that stand for nobody who could log in. */
    public static final Set<String> RESERVED = Set.of("deleted", "system");

    public UserId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not a user id");
        }
    }

    /** In any case of letters, or a look-alike of the server could speak (CWE-178). */
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
