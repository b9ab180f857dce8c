package dev.portcullis.streams;

import dev.portcullis.protocol.UserId;

/**
 * What goes of a deleted user from the entries that name them.
 *
 * @param by the user who becomes the author in their place
 * @param ofTexts whether what they wrote goes too: as if {@code by} had deleted each of their messages, but without an entry for
 * each, which would be one more for every message of a lifetime
 */
public record Erasure(UserId user, UserId by, boolean ofTexts) {
    public static Erasure ofName(UserId user, UserId by) {
        return new Erasure(user, by, false);
    }

    public static Erasure ofTexts(UserId user, UserId by) {
        return new Erasure(user, by, true);
    }
}
