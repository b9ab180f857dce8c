package dev.portcullis.broadcast.server;

import dev.portcullis.broadcast.PublishResult;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.WireName;
import java.util.function.Function;
import java.util.function.Supplier;

/** The result of publishing a {@link SystemMessage}. */
public sealed interface ServerOutcome {
    <R> R fold(Function<Stored, R> stored, Supplier<R> sent, Function<Rejection, R> refused);

    static ServerOutcome of(PublishResult result) {
        return result.fold(acked -> new Stored(acked.messageId(), acked.position()), Refused::new);
    }

    static ServerOutcome refused(Reason reason) {
        return new Refused(Rejection.of(reason));
    }

    /** The message is stored at this position and will be delivered, or it was before under the same key. */
    @WireName("Stored")
    record Stored(String messageId, Position position) implements ServerOutcome {
        @Override
        public <R> R fold(Function<Stored, R> stored, Supplier<R> sent, Function<Rejection, R> refused) {
            return stored.apply(this);
        }
    }

    /** The event went once to the users who were connected. */
    @WireName("Sent")
    record Sent() implements ServerOutcome {
        @Override
        public <R> R fold(Function<Stored, R> stored, Supplier<R> sent, Function<Rejection, R> refused) {
            return sent.get();
        }
    }

    /** The message is not stored; with {@code unavailable} it may be. */
    @WireName("Refused")
    record Refused(Rejection why) implements ServerOutcome {
        @Override
        public <R> R fold(Function<Stored, R> stored, Supplier<R> sent, Function<Rejection, R> refused) {
            return refused.apply(why);
        }
    }
}
