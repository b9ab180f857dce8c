package dev.portcullis.protocol;

import java.util.Optional;

/**
 * Which messages a user looks for.
 *
 * @param query the words that they have
 * @param target where they are; empty for all that the user may read
 * @param author the user who wrote them; empty for all
 * @param after a time in milliseconds; they are later
 * @param before a time in milliseconds; they are earlier
 * @param limit the most messages of one answer
 * @param cursor the end of an earlier answer; empty for the newest messages
 */
public record SearchCriteria(
        String query,
        Optional<Target> target,
        Optional<UserId> author,
        Optional<Long> after,
        Optional<Long> before,
        int limit,
        Optional<String> cursor) {
    /** The limit where the client names none. */
    public static final int USUAL_LIMIT = 20;

    /** Never the query, which may be a part of a message (CWE-532). */
    @Override
    public String toString() {
        return "SearchCriteria[" + target + ", " + limit + "]";
    }
}
