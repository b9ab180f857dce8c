package dev.portcullis.protocol;

import java.util.function.Function;
import java.util.function.Supplier;

/** The answer of a stage. A refusal is never a failed Future, which means that a component failed. */
public sealed interface Verdict {
    Verdict GRANTED = new Granted(Permit.UNCONDITIONAL);

    <R> R fold(Supplier<R> granted, Function<Rejection, R> refused);

    /** The rows that must be unchanged when the granted action is done. A refusal has no permit. */
    Permit permit();

    static Verdict granted(Permit permit) {
        return new Granted(permit);
    }

    static Verdict refused(Rejection why) {
        return new Refused(why);
    }

    static Verdict refused(Reason reason) {
        return new Refused(Rejection.of(reason));
    }

    @WireName("Granted")
    record Granted(Permit permit) implements Verdict {
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

        @Override
        public Permit permit() {
            throw new IllegalStateException("a refusal permits nothing");
        }
    }
}
