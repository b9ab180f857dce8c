package dev.portcullis.archive;

import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds messages of the archive by the terms of their latest text. It may lag behind the archive, so it names places, and a caller
 * reads what is there now: a text that was changed, deleted or removed meanwhile is not shown because the index still knows it.
 */
public interface MessageIndex {
    /**
     * The newest messages that the query means, newest first, at most so many. One that returns fewer has no more.
     */
    Future<List<Place>> find(Query query, int most);

    /** Whether it has the messages that the archive had before it. If not, it is being made, and finds some. */
    default boolean isWhole() {
        return true;
    }

    /** For how long the oldest change of the archive waits that is not in the index; 0 if none does. */
    default long behindMs() {
        return 0;
    }

    /** Takes out of the files what the index no longer knows. Called once a day. */
    default Future<Void> expunge() {
        return Future.succeededFuture();
    }

    /** Ends the work of the index. Called before the archive is closed. */
    default void close() {}

    /**
     * Which messages are meant.
     *
     * @param terms the terms, each of which the text has; at least one
     * @param streams where the messages are
     * @param author the user who wrote the messages; empty for all
     * @param with the other user of the conversation; empty for all, and meaningful for an inbox only
     * @param after a time; the messages are later
     * @param before a time; the messages are earlier
     * @param behind a place that an earlier call returned; the messages come after it in the order of this index
     */
    record Query(
            Set<String> terms,
            Set<StreamName> streams,
            Optional<UserId> author,
            Optional<UserId> with,
            long after,
            long before,
            Optional<Place> behind) {
        /** Never the terms, which may be those of a message (CWE-532). */
        @Override
        public String toString() {
            return "Query[" + terms.size() + " terms, " + streams.size() + " streams]";
        }
    }

    /**
     * The place of a message.
     *
     * @param timestamp the time that the message shows; the index is in the order of these, then of the name of the stream, and
     * then of {@code seq}
     */
    record Place(long timestamp, StreamName stream, long seq) {
        /** The order of an index: all three descend. No id has a character for which bytes and UTF-16 units differ in order. */
        public static final Comparator<Place> NEWEST_FIRST = Comparator.comparingLong(Place::timestamp)
                .thenComparing(place -> place.stream().value())
                .thenComparingLong(Place::seq)
                .reversed();

        static Place of(StreamEntry message) {
            return new Place(
                    message.timestamp(), message.stream(), message.position().seq());
        }
    }
}
