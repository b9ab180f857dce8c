package dev.portcullis.streams;

import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Takes a deleted user out of the streams. Unlike all other writes these change entries where they are. Each method may be
 * repeated, and then does what is left. A failed future means that the store failed, and that a part may be done.
 */
public interface ErasureStore {
    /**
     * Some of the rooms and inboxes that have entries, behind a stream; none at the end. Those that have some all the time are
     * named once. A store that does not know all its streams names those that had entries appended last, many thousands.
     */
    Future<List<StreamName>> streams(Optional<StreamName> after);

    /** With some of whom the user has conversations in their inbox, behind a user, in the order of their ids; none at the end. */
    Future<List<UserId>> conversations(UserId owner, Optional<UserId> after);

    /**
     * Makes another user the author of the user's messages, edits and deletions in a stream, without the name that is shown
     * beside the author. Returns how many there were. In an inbox they no longer count as a backlog.
     */
    Future<Integer> disown(StreamName stream, UserId author, UserId by);

    /**
     * Deletes a user's inbox: entries, how far they are delivered, what waits of whom, and the block list. Its head stays for
     * as long as that of any stream without entries, so that no position ever means two things.
     */
    Future<Void> clear(UserId owner);
}
