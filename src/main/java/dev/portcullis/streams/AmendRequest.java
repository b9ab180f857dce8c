package dev.portcullis.streams;

import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest.Message;

/**
 * The append of an entry that edits or deletes an earlier message of the same stream.
 *
 * @param append the entry, with a position of its own
 * @param messageId the message
 * @param by who amends it
 * @param ofAnyAuthor whether messages of others may be amended too
 * @param notBefore store time; a message that was stored earlier is too old
 * @param searched among how many of the newest entries the message is searched; it bounds how long the store is busy
 * @param mostEdits how many edits a message may have, so that the edits of one don't displace all others
 */
public record AmendRequest(
        AppendRequest append,
        String messageId,
        UserId by,
        boolean ofAnyAuthor,
        Change change,
        long notBefore,
        int searched,
        int mostEdits) {

    /** An amendment of a message that may have any number of edits. */
    public AmendRequest(
            AppendRequest append,
            String messageId,
            UserId by,
            boolean ofAnyAuthor,
            Change change,
            long notBefore,
            int searched) {
        this(append, messageId, by, ofAnyAuthor, change, notBefore, searched, Integer.MAX_VALUE);
    }

    public enum Change {
        EDIT(EntryState.EDITED),
        DELETE(EntryState.DELETED);

        private final EntryState result;

        Change(EntryState result) {
            this.result = result;
        }

        /** The state of the message afterwards. */
        public EntryState result() {
            return result;
        }
    }

    /** The same amendment by another append. */
    public AmendRequest with(AppendRequest other) {
        return new AmendRequest(other, messageId, by, ofAnyAuthor, change, notBefore, searched, mostEdits);
    }

    /** Whether a message that has so many edits may not get this one. A deletion is always possible. */
    public boolean exceeds(int edits) {
        return change == Change.EDIT && edits >= mostEdits;
    }

    /** The entry as it is stored: it names the message that it amends, and who did. */
    public AppendRequest entry() {
        return append.carrying(new Message(messageId, by));
    }
}
