package dev.portcullis.cluster.history;

import dev.portcullis.protocol.Position;

/**
 * An entry of a room's stream, as a client received it.
 *
 * @param messageId empty if the entry has none
 * @param author its sender; empty if the entry names none
 * @param body the text, or for {@link #REMOVAL} the removed user
 */
public record Entry(String room, Position at, String kind, String messageId, String author, String body) {
    public static final String CHAT = "chat";
    public static final String REMOVAL = "member_removed";

    long seq() {
        return at.seq();
    }

    /** The effect of the frame that became this entry. */
    Effect effect() {
        return new Effect(room, kind, author, body);
    }

    /** Whether both are the same message. Without a message id on both sides their effects are compared. */
    boolean isSameMessageAs(Entry other) {
        return (messageId.isEmpty() || other.messageId.isEmpty())
                ? effect().equals(other.effect())
                : messageId.equals(other.messageId);
    }

    String describe() {
        String who = author.isEmpty() ? "" : " by " + author;
        return kind + " (" + at.epoch() + ", " + at.seq() + ") \"" + body + "\"" + who + " " + messageId;
    }

    /** A message without its position and id. */
    record Effect(String room, String kind, String author, String body) {}
}
