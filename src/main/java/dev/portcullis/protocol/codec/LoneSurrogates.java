package dev.portcullis.protocol.codec;

import java.util.Optional;

/**
 * Escapes of surrogates without their other half. They are JSON (RFC 8259 section 8.2), but Jackson refuses them in names,
 * as if the text were none.
 */
public final class LoneSurrogates {
    private static final int ESCAPE_LENGTH = 6;
    private static final byte[] REPLACEMENT = {'\\', 'u', 'f', 'f', 'f', 'd'};

    private LoneSurrogates() {}

    /** The same text with U+FFFD in place of each, and of the same length; empty if there is none. */
    public static Optional<byte[]> replacedIn(byte[] json) {
        byte[] replaced = json.clone();
        boolean found = false;
        int at = 0;
        while (at < json.length - 1) {
            if (json[at] != '\\') {
                at++;
                continue;
            }
            int unit = escaped(json, at);
            if (unit < 0) {
                at += 2;
            } else if (isHigh(unit) && isLow(escaped(json, at + ESCAPE_LENGTH))) {
                at += 2 * ESCAPE_LENGTH;
            } else {
                if (isHigh(unit) || isLow(unit)) {
                    System.arraycopy(REPLACEMENT, 0, replaced, at, ESCAPE_LENGTH);
                    found = true;
                }
                at += ESCAPE_LENGTH;
            }
        }
        return found ? Optional.of(replaced) : Optional.empty();
    }

    private static boolean isHigh(int unit) {
        return unit >= Character.MIN_HIGH_SURROGATE && unit <= Character.MAX_HIGH_SURROGATE;
    }

    private static boolean isLow(int unit) {
        return unit >= Character.MIN_LOW_SURROGATE && unit <= Character.MAX_LOW_SURROGATE;
    }

    /** The UTF-16 unit that is escaped here; negative if none is. */
    private static int escaped(byte[] json, int at) {
        if (at + ESCAPE_LENGTH > json.length || json[at] != '\\' || json[at + 1] != 'u') {
            return -1;
        }
        int unit = 0;
        for (int i = at + 2; i < at + ESCAPE_LENGTH; i++) {
            int digit = Character.digit(json[i], 16);
            if (digit < 0) {
                return -1;
            }
            unit = unit << 4 | digit;
        }
        return unit;
    }
}
