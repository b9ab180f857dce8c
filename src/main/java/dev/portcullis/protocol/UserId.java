package dev.portcullis.protocol;

import java.util.Set;
import java.util.regex.Pattern;

/** Who: 1 to 128 of letters, digits and {@code _.:-@|+}, beginning with a letter or digit. */
public record UserId(String value) {
    public static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.:@|+-]{0,127}");

    /** Names that stand for nobody who could log in. */
    public static final Set<String> RESERVED = Set.of("deleted", "system");

    public UserId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not a user id");
        }
    }

    public static boolean isValid(String value) {
        return FORM.matcher(value).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
