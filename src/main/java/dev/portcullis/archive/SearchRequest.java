package dev.portcullis.archive;

import dev.portcullis.archive.MessageIndex.Place;
import dev.portcullis.archive.MessageIndex.Query;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.StreamName;
import java.util.Optional;
import java.util.Set;

/**
 * What is searched.
 *
 * @param query what a user looks for; see {@link dev.portcullis.search.SearchTerms}
 * @param streams where the messages are: the caller may read all of them
 * @param author the user who wrote the messages; empty for all
 * @param with the other user of a conversation; empty for all
 * @param after a time; the messages are later
 * @param before a time; the messages are earlier
 * @param limit the most messages of a page
 * @param behind where the page before this one ended
 */
public record SearchRequest(
        String query,
        Set<StreamName> streams,
        Optional<UserId> author,
        Optional<UserId> with,
        long after,
        long before,
        int limit,
        Optional<Place> behind) {
    /** Never the query, which may be a part of a message (CWE-532). */
    @Override
    public String toString() {
        return "SearchRequest[" + streams.size() + " streams, " + limit + "]";
    }

    Query toIndex(Set<String> terms, Optional<Place> last) {
        return new Query(terms, streams, author, with, after, before, last);
    }
}
