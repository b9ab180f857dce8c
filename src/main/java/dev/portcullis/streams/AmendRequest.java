package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.DeliveredEvent;
import dev.portcullis.streams.AppendRequest.Message;
import java.util.Optional;

/**
 * The append of an entry that edits or deletes an earlier message of the same stream.
 *
 * @param append the entry, with a position of its own
 * @param messageId the id of the amended message
 * @param by the user who amends it
 * @param ofAnyAuthor whether messages of others may be amended too
 * @param notBefore the earliest store time; a message that was stored earlier is too old
 * @param searched how many of the newest entries are searched for the message; it bounds how long the store is busy
 * @param mostEdits the most edits of a message, so that the edits of one don't displace all others
 * @param elsewhere the decision of another stream about its copy of the message; empty if this stream decides
 */
public record AmendRequest(
        AppendRequest append,
        String messageId,
        UserId by,
        boolean ofAnyAuthor,
        Change change,
        long notBefore,
        int searched,
        int mostEdits,
        Optional<Elsewhere> elsewhere) {

    /** Makes an amendment about which this stream decides. */
    public AmendRequest(
            AppendRequest append,
            String messageId,
            UserId by,
            boolean ofAnyAuthor,
            Change change,
            long notBefore,
            int searched,
            int mostEdits) {
        this(append, messageId, by, ofAnyAuthor, change, notBefore, searched, mostEdits, Optional.empty());
    }

    /** Makes an amendment of a message that may have any number of edits. */
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

    /**
     * The decision of another stream: the entry is appended even if this stream no longer has the message.
     *
     * @param done the place of the amendment in a stream that has it already, at seq 0 if it was taken without an entry; empty
     * if this stream gets it first
     */
    public record Elsewhere(Optional<Position> done) {}

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
        return new AmendRequest(other, messageId, by, ofAnyAuthor, change, notBefore, searched, mostEdits, elsewhere);
    }

    /** The same amendment of another copy, after this stream's has decided. */
    public AmendRequest asDecided() {
        return elsewhere(new Elsewhere(Optional.empty()));
    }

    /** The same amendment, after another copy got it. The append needs a key, by which the store recognizes a repeat. */
    public AmendRequest asDone(Position first) {
        return elsewhere(new Elsewhere(Optional.of(first)));
    }

    private AmendRequest elsewhere(Elsewhere decision) {
        return new AmendRequest(
                append,
                messageId,
                by,
                ofAnyAuthor,
                change,
                Long.MIN_VALUE,
                searched,
                Integer.MAX_VALUE,
                Optional.of(decision));
    }

    /**
     * Whether the amendment is accepted without an entry if the message is deleted here already: the store then remembers its key
     * at the position of the deletion. It is refused otherwise.
     */
    public boolean isKnownIfDeleted() {
        return elsewhere.filter(other -> deletes() || other.done().isPresent()).isPresent();
    }

    /**
     * The place of this edit in the other copy. If another edit is later there, that edit stays here too: the store remembers the
     * key of this one at the position of the later one, and appends no entry.
     */
    public Optional<Position> editedElsewhere() {
        return elsewhere.flatMap(Elsewhere::done).filter(any -> !deletes());
    }

    public boolean deletes() {
        return change == Change.DELETE;
    }

    /**
     * The reason why a message must not be amended; empty if it may. A deletion is possible after any number of edits. An event
     * of the application has no text, so an edit does not find it. The same rule is in append.lua.
     */
    public Optional<AmendResult> refusal(UserId author, EntryState state, byte[] body, long stored, int edits) {
        if (!ofAnyAuthor && !author.equals(by)) {
            return Optional.of(new AmendResult.NotAuthor());
        }
        if (state == EntryState.DELETED || (change == Change.EDIT && DeliveredEvent.isEvent(body))) {
            return Optional.of(new AmendResult.NotFound());
        }
        if (stored < notBefore) {
            return Optional.of(new AmendResult.TooOld());
        }
        return change == Change.EDIT && edits >= mostEdits
                ? Optional.of(new AmendResult.Appended(new AppendResult.Full()))
                : Optional.empty();
    }

    /** The entry as it is stored: it names the amended message, and the user who amended it. */
    public AppendRequest entry() {
        return append.carrying(new Message(messageId, by));
    }
}
