package dev.portcullis.cluster.history;

import dev.portcullis.protocol.Position;

/**
 * An entry of a room's stream, as somebody was told it.
 *
 * @param messageId empty where the entry has none
 * @param author who wrote it; empty where the entry does not say
 * @param body what was said, or for {@link #REMOVAL} who was removed
 */
public record Entry(String room, Position at, String kind, String messageId, String author, String body) {
    public static final String CHAT = "chat";
    public static final String REMOVAL = "member_removed";

    long seq() {
        return at.seq();
    }

    /** What somebody must have sent for this entry to be. */
    Effect effect() {
        return new Effect(room, kind, author, body);
    }

    /** Whether both speak of the same message; what one of them leaves open counts as equal. */
    boolean isSameMessageAs(Entry other) {
        return (messageId.isEmpty() || other.messageId.isEmpty())
                ? effect().equals(other.effect())
                : messageId.equals(other.messageId);
    }

    String describe() {
        String who = author.isEmpty() ? "" : " by " + author;
        return kind + " (" + at.epoch() + ", " + at.seq() + ") \"" + body + "\"" + who + " " + messageId;
    }

    /** A message, whatever its place. */
    record Effect(String room, String kind, String author, String body) {}
}
