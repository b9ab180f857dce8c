package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import java.util.List;
import java.util.function.Function;

/** The outcome of a {@link PairedAppend}. */
public sealed interface PairedResult {
    <R> R fold(Function<Complete, R> complete, Function<Sent, R> sent, Function<Refused, R> refused);

    /**
     * Both streams have the message.
     *
     * @param recipients the message's position in the recipient's stream
     * @param own the message's position in the sender's own stream, which the ack names
     * @param stored the entries that this attempt stored, and that no client has been sent yet
     */
    record Complete(String messageId, Position recipients, Position own, List<StreamEntry> stored)
            implements PairedResult {
        @Override
        public <R> R fold(Function<Complete, R> complete, Function<Sent, R> sent, Function<Refused, R> refused) {
            return complete.apply(this);
        }
    }

    /**
     * The recipient's stream has the message, and the sender's own has not: {@code notAfter} passed between the two appends. The
     * message is sent. The same attempt with a later {@code notAfter} completes it; a refusal would be wrong.
     *
     * @param stored the entry of the recipient's stream, if this attempt stored it
     */
    record Sent(String messageId, Position recipients, List<StreamEntry> stored) implements PairedResult {
        @Override
        public <R> R fold(Function<Complete, R> complete, Function<Sent, R> sent, Function<Refused, R> refused) {
            return sent.apply(this);
        }
    }

    /** Neither stream got an entry from this attempt: the recipient's stream refused it. */
    record Refused(AppendResult.Refusal why) implements PairedResult {
        @Override
        public <R> R fold(Function<Complete, R> complete, Function<Sent, R> sent, Function<Refused, R> refused) {
            return refused.apply(this);
        }
    }
}
