package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Removes a deleted user from the streams. Unlike all other writes, these change entries where they are. Each method may be
 * repeated, and then does the rest. A failed future means that the store failed, and that a part may be done.
 */
public interface ErasureStore {
    /**
     * Some of the rooms and inboxes that have entries, behind a stream; none at the end. A stream that has entries all the time
     * is named once. A store that does not know all its streams names the many thousands with the last appends.
     */
    Future<List<StreamName>> streams(Optional<StreamName> after);

    /**
     * Some of the users with whom the owner has conversations in their inbox, behind a user, in the order of their ids; none at
     * the end.
     */
    Future<List<UserId>> conversations(UserId owner, Optional<UserId> after);

    /**
     * Makes another user the author of the user's messages, edits and deletions in a stream, removes the name that is shown beside
     * the author, and their texts where the erasure says so. Returns the number of changed entries. In an inbox they no longer
     * count as a backlog.
     */
    Future<Integer> disown(StreamName stream, Erasure erasure);

    /**
     * Does the same to some of the entries that have left the streams for an archive, of all streams, and to those of before a time
     * that are on their way there. Call it once the streams are done, until it finds none. A store of which nothing leaves finds
     * none.
     *
     * @param notAfter the latest store time of entries on their way: what is newer is of a later user of this id
     */
    default Future<Disowned> disownArchived(Erasure erasure, long notAfter) {
        return Future.succeededFuture(Disowned.NONE);
    }

    /**
     * What was changed.
     *
     * @param streams of these entries
     */
    record Disowned(int entries, Set<StreamName> streams) {
        public static final Disowned NONE = new Disowned(0, Set.of());
    }

    /**
     * Deletes a user's inbox: the entries, the positions of delivery and the backlogs. Its head stays for as long as that of any
     * stream without entries, so that no position ever means two things.
     *
     * @return what was there
     */
    Future<Cleared> clear(UserId owner);

    /**
     * An emptied inbox.
     *
     * @param entries how many it had
     * @param archived how many of it had left it for an archive
     * @param head its head when it had no entry; at seq 0 where the store has no record of it
     */
    record Cleared(long entries, long archived, Position head) {
        public Cleared(long entries, Position head) {
            this(entries, 0, head);
        }

        public Cleared andArchived(long count) {
            return new Cleared(entries, count, head);
        }
    }
}
