package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.DeliveredEvent;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.AppendResult.Refusal;
import java.util.Optional;

/**
 * The append of an entry that edits or deletes an earlier message of the same stream. The rule of who may amend which message
 * stands here alone: {@link StreamStore#amend} finds the message, and appends what is decided.
 *
 * @param append the entry, with a position of its own
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

    /**
     * The decision of another stream: the entry is appended even if this stream no longer has the message.
     *
     * @param done the place of the amendment in a stream that has it already, at seq 0 if it was taken without an entry; empty
     * if this stream gets it first
     * @param expiresAt when the message ends; empty if it stays. An edit ends with it, also where the message is no longer kept
     */
    public record Elsewhere(Optional<Position> done, Optional<Long> expiresAt) {}

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

    /**
     * The same amendment of another copy, after this stream's has decided.
     *
     * @param expiresAt when the message ends; empty if it stays
     */
    public AmendRequest asDecided(Optional<Long> expiresAt) {
        return elsewhere(new Elsewhere(Optional.empty(), expiresAt));
    }

    /**
     * The same amendment, after another copy got it. The append needs a key, by which the store recognizes a repeat.
     *
     * @param expiresAt when the message ends; empty if it stays
     */
    public AmendRequest asDone(Position first, Optional<Long> expiresAt) {
        return elsewhere(new Elsewhere(Optional.of(first), expiresAt));
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

    /** The append that amends the message, or that is refused if it is not known. */
    public AppendRequest decide(Optional<StoredMessage> found) {
        AppendRequest decided =
                expiring(found).carrying(new Message(messageId, by)).changing(judge(found));
        return found.flatMap(StoredMessage::archived)
                .map(permit -> decided.permittedBy(decided.permit().and(permit)))
                .orElse(decided);
    }

    /** The append of an edit, which ends with its message. */
    private AppendRequest expiring(Optional<StoredMessage> found) {
        return found.map(StoredMessage::expiresAt)
                .orElse(elsewhere.flatMap(Elsewhere::expiresAt))
                .filter(any -> change == Change.EDIT)
                .map(append::expiring)
                .orElse(append);
    }

    /**
     * Judges the amendment. A deletion is the last that happens to a message, whatever another stream has decided: an edit that no
     * stream has yet is refused, and what another stream has is known where the deletion is. So is an edit which came before the
     * newest one in the stream that decides.
     */
    private MessageChange judge(Optional<StoredMessage> found) {
        MessageChange amends = MessageChange.byEntry(change.result(), editedElsewhere());
        Optional<Refusal> refusal = found.map(this::refusal).orElse(Optional.of(Refusal.NOT_FOUND));
        if (refusal.isEmpty()) {
            StoredMessage message = found.orElseThrow();
            return isOvertaken(message) ? amends.knownAt(message.amendedBy()) : amends.of(message);
        }
        if (elsewhere.isEmpty()) {
            return amends.refused(refusal.get());
        }
        return found.filter(message -> isMine(message) && message.state() == EntryState.DELETED)
                .map(message -> change == Change.DELETE || isDoneElsewhere()
                        ? amends.knownAt(message.amendedBy())
                        : amends.refused(refusal.get()))
                .orElse(amends);
    }

    /**
     * The reason why the message must not be amended; empty if it may. A deletion is possible after any number of edits. An event
     * of the application has no text, so an edit does not find it.
     */
    public Optional<Refusal> refusal(StoredMessage message) {
        boolean edits = change == Change.EDIT;
        if (!isMine(message)) {
            return Optional.of(Refusal.NOT_AUTHOR);
        }
        if (message.state() == EntryState.DELETED
                || (edits && DeliveredEvent.isEvent(message.entry().body()))) {
            return Optional.of(Refusal.NOT_FOUND);
        }
        if (message.stored() < notBefore) {
            return Optional.of(Refusal.TOO_OLD);
        }
        return edits && message.edits() >= mostEdits ? Optional.of(Refusal.FULL) : Optional.empty();
    }

    private boolean isMine(StoredMessage message) {
        return ofAnyAuthor || message.author().equals(by);
    }

    private boolean isDoneElsewhere() {
        return elsewhere.flatMap(Elsewhere::done).isPresent();
    }

    /** The place of this edit in the stream that decides, whose order is that of the edits. */
    private Optional<Position> editedElsewhere() {
        return elsewhere.flatMap(Elsewhere::done).filter(any -> change == Change.EDIT);
    }

    /**
     * Whether the message has an edit that is later in the stream that decides. Positions of different epochs, and the edit of a
     * blocked author, have no order.
     */
    private boolean isOvertaken(StoredMessage message) {
        return editedElsewhere()
                .filter(own -> message.elsewhere()
                        .filter(newest ->
                                own.seq() > 0 && newest.epoch().equals(own.epoch()) && newest.seq() > own.seq())
                        .isPresent())
                .isPresent();
    }
}
