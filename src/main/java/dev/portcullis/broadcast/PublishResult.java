package dev.portcullis.broadcast;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.WireName;
import java.util.function.Function;

/** Result of a {@link PublishRequest} or a {@link RemovalRequest}. */
public sealed interface PublishResult {
    <R> R fold(Function<Acked, R> acked, Function<Rejection, R> refused);

    static PublishResult refused(Reason reason) {
        return new Refused(Rejection.of(reason));
    }

    /** The message is stored at this position and will be delivered. */
    @WireName("Acked")
    record Acked(String messageId, Position position) implements PublishResult {
        @Override
        public <R> R fold(Function<Acked, R> acked, Function<Rejection, R> refused) {
            return acked.apply(this);
        }
    }

    /** The message is not stored: its {@code notAfter} had passed. The same request with a later one may succeed. */
    @WireName("Expired")
    record Expired() implements PublishResult {
        @Override
        public <R> R fold(Function<Acked, R> acked, Function<Rejection, R> refused) {
            return refused.apply(Rejection.unavailable());
        }
    }

    /** The message is not stored: rows that permitted it have changed. It may be permitted again. */
    @WireName("Changed")
    record Changed() implements PublishResult {
        @Override
        public <R> R fold(Function<Acked, R> acked, Function<Rejection, R> refused) {
            return refused.apply(Rejection.unavailable());
        }
    }

    /** The message is not stored. */
    @WireName("Refused")
    record Refused(Rejection why) implements PublishResult {
        @Override
        public <R> R fold(Function<Acked, R> acked, Function<Rejection, R> refused) {
            return refused.apply(why);
        }
    }
}
