package dev.portcullis.streams;

import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.DeliveredMessage;
import java.util.Optional;

/**
 * A message as it was read from a stream.
 *
 * @param entry the entry as it was appended, with no more of its body than {@link #BODY_BYTES}
 * @param amendedBy the seq of the message's newest amendment, which each amendment changes; 0 without one
 * @param edits the number of edits of the message so far
 * @param elsewhere the place of its newest edit in the recipient's inbox, if this is the author's own copy
 * @param archived the permit under which the message may be amended if the archive has it, and the stream perhaps no longer: no
 * other message of the stream that only the archive has was amended since
 */
public record StoredMessage(
        StreamEntry entry,
        String id,
        UserId author,
        EntryState state,
        long stored,
        long amendedBy,
        int edits,
        Optional<Position> elsewhere,
        Optional<Permit> archived) {

    /**
     * The bytes of a body that say what kind of message it is, and of whom. The whole one would take time that tells an author
     * whether the recipient's inbox has it (CWE-208).
     */
    public static final int BODY_BYTES = 512;

    /** The same message, which the archive has. */
    public StoredMessage inArchive(Permit permit) {
        return new StoredMessage(entry, id, author, state, stored, amendedBy, edits, elsewhere, Optional.of(permit));
    }

    /** The store time at which the message ends; empty if it stays. */
    public Optional<Long> expiresAt() {
        return DeliveredMessage.expiresInMs(entry.body()).map(ms -> entry.timestamp() + ms);
    }

    /** Whether a later search found the message as it was in this one. */
    boolean isAs(StoredMessage later) {
        return amendedBy == later.amendedBy && author.equals(later.author);
    }
}
