package dev.portcullis.protocol;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** The answer of a stage. A refusal is never a failed Future, which means that a component failed. */
public sealed interface Verdict {
    Verdict GRANTED = new Granted(Optional.empty());

    <R> R fold(Supplier<R> granted, Function<Rejection, R> refused);

    /** The condition that must still hold when the granted action is done. */
    Optional<RoomCondition> condition();

    static Verdict granted(RoomCondition condition) {
        return new Granted(Optional.of(condition));
    }

    static Verdict refused(Rejection why) {
        return new Refused(why);
    }

    static Verdict refused(Reason reason) {
        return new Refused(Rejection.of(reason));
    }

    @WireName("Granted")
    record Granted(Optional<RoomCondition> condition) implements Verdict {
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
        public Optional<RoomCondition> condition() {
            return Optional.empty();
        }
    }
}
