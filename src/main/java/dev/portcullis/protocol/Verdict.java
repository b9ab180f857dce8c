package dev.portcullis.protocol;

import java.util.function.Function;
import java.util.function.Supplier;

/** The answer of a stage. A refusal is never a failed Future, which means that a component failed. */
public sealed interface Verdict {
    Verdict GRANTED = new Granted();

    <R> R fold(Supplier<R> granted, Function<Rejection, R> refused);

    static Verdict refused(Rejection why) {
        return new Refused(why);
    }

    static Verdict refused(Reason reason) {
        return new Refused(Rejection.of(reason));
    }

    @WireName("Granted")
    record Granted() implements Verdict {
        @Override
        public <R> R fold(Supplier<R> granted, Function<Rejection, R> refused) {
            return granted.get();
        }
    }

    @WireName("Refused")
    record Refused(Rejection why) implements Verdict {
        @Override
        public <R> R fold(Supplier<R> granted, Function<Rejection, R> refused) {
            return refused.apply(why);
        }
    }
}
