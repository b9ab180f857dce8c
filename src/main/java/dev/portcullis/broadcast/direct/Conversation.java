package dev.portcullis.broadcast.direct;

import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.StreamEntry;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which entries of an inbox two users wrote to each other. */
final class Conversation {
    /** No id contains a quote or a backslash, and all three come before anything that a user can write. */
    private static final Pattern HEAD = Pattern.compile(
            "\"type\":\"([a-z_]+)\",\"recipientId\":\"([^\"]+)\",\"messageId\":\"([^\"]+)\",\"userId\":\"([^\"]+)\"");

    private static final int LONGEST_HEAD = 512;

    private Conversation() {}

    /**
     * What an entry is about.
     *
     * @param by who wrote the message, or amended it
     */
    record Head(String type, String recipient, String messageId, String by) {
        boolean isBetween(UserId one, UserId other) {
            return (recipient.equals(one.value()) && by.equals(other.value()))
                    || (recipient.equals(other.value()) && by.equals(one.value()));
        }
    }

    static Predicate<StreamEntry> between(UserId one, UserId other) {
        return entry -> head(entry).filter(head -> head.isBetween(one, other)).isPresent();
    }

    /** Empty for an entry that no user wrote to another. */
    static Optional<Head> head(StreamEntry entry) {
        byte[] body = entry.body();
        Matcher head =
                HEAD.matcher(new String(body, 0, Math.min(LONGEST_HEAD, body.length), StandardCharsets.ISO_8859_1));
        return head.lookingAt()
                ? Optional.of(new Head(head.group(1), head.group(2), head.group(3), head.group(4)))
                : Optional.empty();
    }
}
