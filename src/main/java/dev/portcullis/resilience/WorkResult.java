package dev.portcullis.resilience;

import java.util.function.Function;

/** What became of work that was handed to a {@link WorkerPool}. */
public sealed interface WorkResult<T> {
    <R> R fold(Function<T, R> done, Function<NotRun.Why, R> notRun);

    /** It ran. */
    record Done<T>(T value) implements WorkResult<T> {
        @Override
        public <R> R fold(Function<T, R> done, Function<NotRun.Why, R> notRun) {
            return done.apply(value);
        }
    }

    /** It did not run, and will not. */
    record NotRun<T>(Why why) implements WorkResult<T> {
        /** Why work did not run. */
        public enum Why {
            /** Too much other work was waiting. */
            FULL,
            /** No thread was free in time. */
            LATE,
            /** The node stops. */
            CLOSED
        }

        @Override
        public <R> R fold(Function<T, R> done, Function<Why, R> notRun) {
            return notRun.apply(why);
        }
    }
}
