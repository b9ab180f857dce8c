package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The messages between two users, in the inbox of one of them. The script
 * conversation_entry.lua knows the form of the entries too.
 */
public record DirectConversation(UserId owner, UserId other) {
    /**
     * Finds the ids at the head of a body. No id contains a quote or a backslash, and all three come before anything that a user
     * can write.
     */
    private static final Pattern HEAD = Pattern.compile(
            "\"type\":\"[a-z_]+\",\"recipientId\":\"([^\"]+)\",\"messageId\":\"[^\"]+\",\"userId\":\"([^\"]+)\"");

    public StreamName inbox() {
        return StreamName.inbox(owner);
    }

    /** The conversation that an entry of an inbox is part of: the entry is a message, or amends one. */
    public static Optional<DirectConversation> of(StreamEntry entry) {
        byte[] body = entry.body();
        Matcher head = HEAD.matcher(
                new String(body, 0, Math.min(StoredMessage.BODY_BYTES, body.length), StandardCharsets.ISO_8859_1));
        return head.lookingAt()
                ? of(entry.stream(), new UserId(head.group(1)), new UserId(head.group(2)))
                : Optional.empty();
    }

    private static Optional<DirectConversation> of(StreamName inbox, UserId recipient, UserId author) {
        return Stream.of(new DirectConversation(recipient, author), new DirectConversation(author, recipient))
                .filter(each -> each.inbox().equals(inbox))
                .findFirst();
    }

    public boolean contains(StreamEntry entry) {
        return of(entry).equals(Optional.of(this));
    }

    /** The order in which entries are read. */
    public enum Order {
        /** Reads entries as they were appended, oldest first. */
        AFTER,
        /** Reads messages in their latest state, newest first. */
        BEFORE
    }

    /** @param seq the seq where the read begins; the entry there is not read */
    public record Read(DirectConversation of, Order order, long seq) {}

    /**
     * A part of a conversation, read at one moment.
     *
     * @param entries the entries in the order of the read
     * @param cut whether a further entry of the conversation was left out
     * @param gap whether entries right behind the position of a read {@code AFTER} it are no longer kept, or an entry of the
     * other user within the part was trimmed
     * @param thinned whether entries of the inbox were trimmed that came after some which are still kept
     */
    public record Part(Position head, List<LatestEntry> entries, boolean cut, boolean gap, boolean thinned) {
        /** Makes a part of an inbox of which nothing was trimmed behind its oldest entry. */
        public Part(Position head, List<LatestEntry> entries, boolean cut, boolean gap) {
            this(head, entries, cut, gap, false);
        }

        /** The same part, of an inbox of which entries may have been trimmed. */
        public Part thinned(boolean trimmed) {
            return new Part(head, entries, cut, gap, trimmed);
        }
    }
}
