package dev.portcullis.broadcast;

import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.StreamName;
import java.util.Optional;
import java.util.Set;

/**
 * A search in streams that the reader may read.
 *
 * @param query the words that the messages have
 * @param author the user who wrote them; empty for all
 * @param with the other user of a conversation in the reader's inbox; empty for all
 * @param after a time; they are later
 * @param before a time; they are earlier
 * @param cursor the end of an earlier page
 */
public record SearchQuery(
        UserId reader,
        String query,
        Set<StreamName> streams,
        Optional<UserId> author,
        Optional<UserId> with,
        long after,
        long before,
        int limit,
        Optional<String> cursor) {
    /** Never the query, which may be a part of a message (CWE-532). */
    @Override
    public String toString() {
        return "SearchQuery[" + reader + ", " + limit + "]";
    }
}
