package dev.portcullis.broadcast;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.WireName;
import java.util.function.Function;

/** What came of a publication. */
public sealed interface PublishResult {
    <R> R fold(Function<Acked, R> acked, Function<Rejection, R> refused);

    static PublishResult refused(Reason reason) {
        return new Refused(Rejection.of(reason));
    }

    /** It is in the store, there, and will be heard. */
    @WireName("Acked")
    record Acked(String messageId, Position position) implements PublishResult {
        @Override
        public <R> R fold(Function<Acked, R> acked, Function<Rejection, R> refused) {
            return acked.apply(this);
        }
    }

    /** It is not, and never will be under its {@code notAfter}, which has passed. */
    @WireName("Expired")
    record Expired() implements PublishResult {
        @Override
        public <R> R fold(Function<Acked, R> acked, Function<Rejection, R> refused) {
            return refused.apply(Rejection.unavailable());
        }
    }

    /** It is not. */
    @WireName("Refused")
    record Refused(Rejection why) implements PublishResult {
        @Override
        public <R> R fold(Function<Acked, R> acked, Function<Rejection, R> refused) {
            return refused.apply(why);
        }
    }
}
