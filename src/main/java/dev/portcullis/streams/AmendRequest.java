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
 * @param messageId the message
 * @param by who amends it
 * @param ofAnyAuthor whether messages of others may be amended too
 * @param notBefore store time; a message that was stored earlier is too old
 * @param searched among how many of the newest entries the message is searched; it bounds how long the store is busy
 * @param mostEdits how many edits a message may have, so that the edits of one don't displace all others
 * @param elsewhere what another stream has decided about its copy of the message; empty if this one decides
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

    /** An amendment about which this stream decides. */
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

    /**
     * Another stream decided: the entry is appended also where this one has the message no longer.
     *
     * @param done the place of the amendment in a stream that has it already, at seq 0 if it was taken without an entry; empty
     *     if this stream gets it first
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

    /** The same amendment, after another copy got it. It needs a key, by which it is known. */
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
     * Whether the amendment of a message that is deleted here already is known from then on, at the position of the deletion,
     * and gets no entry. Else it is refused.
     */
    public boolean isKnownIfDeleted() {
        return elsewhere.filter(other -> deletes() || other.done().isPresent()).isPresent();
    }

    /**
     * The place of this edit in the other copy. Of two edits the one that is later there stays here too: the earlier one is
     * known from then on, at the position of the later one, and gets no entry.
     */
    public Optional<Position> editedElsewhere() {
        return elsewhere.flatMap(Elsewhere::done).filter(any -> !deletes());
    }

    public boolean deletes() {
        return change == Change.DELETE;
    }

    /**
     * Why a message must not be amended so, if it must not. A deletion is possible after any number of edits. An event of the
     * application has no text: to an edit it is no message. The same rule is in append.lua.
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

    /** The entry as it is stored: it names the message that it amends, and who did. */
    public AppendRequest entry() {
        return append.carrying(new Message(messageId, by));
    }
}
