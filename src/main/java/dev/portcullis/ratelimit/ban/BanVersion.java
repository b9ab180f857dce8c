package dev.portcullis.ratelimit.ban;

import java.util.Optional;

/**
 * The version up to which a reader has read the bans.
 *
 * @param number the number of the last change
 * @param writer the writer of that change, drawn at random: a store that has lost changes may have others by now, of the same
 *     numbers
 * @param reached the last target that was read, of a reader of all bans who has more to read
 */
record BanVersion(long number, String writer, Optional<String> reached) {
    private static final String SEPARATOR = " ";
    private static final int PARTS = 3;

    /** Empty for that of a reader who begins, and for one of another form. */
    static Optional<BanVersion> parse(String text) {
        String[] parts = text.split(SEPARATOR, PARTS);
        if (parts.length < PARTS) {
            return Optional.empty();
        }
        try {
            return Optional.of(new BanVersion(
                    Long.parseLong(parts[0]), parts[1], Optional.of(parts[2]).filter(target -> !target.isEmpty())));
        } catch (NumberFormatException another) {
            return Optional.empty();
        }
    }

    /** The version of a reader who has read all bans up to this target. */
    BanVersion at(String target) {
        return new BanVersion(number, writer, Optional.of(target));
    }

    /** The version of a reader who has read all bans. */
    BanVersion whole() {
        return new BanVersion(number, writer, Optional.empty());
    }

    @Override
    public String toString() {
        return String.join(SEPARATOR, Long.toString(number), writer, reached.orElse(""));
    }
}
