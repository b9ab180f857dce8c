package dev.portcullis.config;

import java.util.Optional;

/**
 * Whether the form of a secret lets it be guessed. Its length does not tell: 64 times one letter is long, and the first try of
 * anyone who guesses (CWE-521). A random secret passes, whether in base64, hexadecimal or digits.
 */
public final class SecretStrength {
    /** Sixteen random digits have fewer in one of ten thousand cases. */
    private static final int FEWEST_CHARACTERS = 5;

    private SecretStrength() {}

    /** The reason why the secret is easy to guess, without quoting any of it; empty if there is none. */
    public static Optional<String> weaknessOf(Secret secret) {
        String text = secret.reveal();
        if (text.chars().distinct().count() < FEWEST_CHARACTERS) {
            return Optional.of("has too few different characters");
        }
        if (period(text) <= text.length() / 2) {
            return Optional.of("repeats one pattern");
        }
        return isSequence(text) ? Optional.of("is a sequence of neighbouring characters") : Optional.empty();
    }

    /** The length of the shortest pattern that the text repeats, the last time maybe in part. */
    private static int period(String text) {
        int[] border = new int[text.length()]; // of each beginning: its longest part that is both start and end of it
        for (int i = 1; i < text.length(); i++) {
            int length = border[i - 1];
            while (length > 0 && text.charAt(i) != text.charAt(length)) {
                length = border[length - 1];
            }
            border[i] = text.charAt(i) == text.charAt(length) ? length + 1 : 0;
        }
        return text.length() - border[text.length() - 1];
    }

    /** Most characters are those before, or one more or less. */
    private static boolean isSequence(String text) {
        int near = 0;
        for (int i = 1; i < text.length(); i++) {
            near += Math.abs(text.charAt(i) - text.charAt(i - 1)) <= 1 ? 1 : 0;
        }
        return near > (text.length() - 1) * 3 / 4;
    }
}
