package dev.portcullis.streams;

import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

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
     * Makes another user the author of the user's messages, edits and deletions in a stream, and removes the name that is shown
     * beside the author. Returns the number of changed entries. In an inbox they no longer count as a backlog.
     */
    Future<Integer> disown(StreamName stream, UserId author, UserId by);

    /**
     * Deletes a user's inbox: the entries, the positions of delivery and the backlogs. Its head stays for as long as that of any
     * stream without entries, so that no position ever means two things.
     */
    Future<Void> clear(UserId owner);
}
