package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.AppendResult.Refusal;
import java.util.Optional;

/**
 * The part of an append that is about an earlier message of its stream. {@link AmendRequest#decide} makes it of the message as it
 * was read; the store compares and writes, and knows no rule.
 *
 * @param message the message as it was read, whose row changes in the step that appends. If the row is another by then, nothing is
 * appended ({@link Refusal#CHANGED}); nor if it is gone, unless the archive has the message. Empty if no row changes
 * @param knownAt the seq of an entry that stands for this one: the store remembers the key there, and appends no entry
 * @param refusal the outcome of an append that is neither known nor refused for another reason
 * @param elsewhere the place of an edit in another stream, which is kept for {@link StoredMessage#elsewhere}
 */
public record MessageChange(
        EntryState becomes,
        Optional<StoredMessage> message,
        Optional<Long> knownAt,
        Optional<Refusal> refusal,
        Optional<Position> elsewhere) {

    /** Makes a change by an entry alone: this stream does not have the message. */
    static MessageChange byEntry(EntryState becomes, Optional<Position> elsewhere) {
        return new MessageChange(becomes, Optional.empty(), Optional.empty(), Optional.empty(), elsewhere);
    }

    MessageChange of(StoredMessage read) {
        return new MessageChange(becomes, Optional.of(read), knownAt, refusal, elsewhere);
    }

    MessageChange knownAt(long seq) {
        return new MessageChange(becomes, message, Optional.of(seq), refusal, elsewhere);
    }

    MessageChange refused(Refusal why) {
        return new MessageChange(becomes, message, knownAt, Optional.of(why), elsewhere);
    }
}
