package dev.portcullis.ratelimit.stuffing;

import dev.portcullis.protocol.WireName;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/** Whether an address has failed too often. */
public sealed interface StuffingVerdict {
    StuffingVerdict TOLERATED = new Tolerated();

    <R> R fold(Supplier<R> tolerated, LongFunction<R> refused);

    /** It has not. */
    @WireName("Tolerated")
    record Tolerated() implements StuffingVerdict {
        @Override
        public <R> R fold(Supplier<R> tolerated, LongFunction<R> refused) {
            return tolerated.get();
        }
    }

    /**
     * It has.
     *
     * @param retryAfterMs after this time it may try again, and not before
     */
    @WireName("Refused")
    record Refused(long retryAfterMs) implements StuffingVerdict {
        @Override
        public <R> R fold(Supplier<R> tolerated, LongFunction<R> refused) {
            return refused.apply(retryAfterMs);
        }
    }
}
