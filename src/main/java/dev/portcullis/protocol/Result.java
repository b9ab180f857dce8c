package dev.portcullis.protocol;

import java.util.function.Function;

/** The answer to a question: a value, or why there is none. A failed Future means that a component failed. */
public sealed interface Result<T, W> {
    static <T, W> Result<T, W> done(T value) {
        return new Done<>(value);
    }

    static <T, W> Result<T, W> refused(W why) {
        return new Refused<>(why);
    }

    <R> R fold(Function<? super T, ? extends R> done, Function<? super W, ? extends R> refused);

    default boolean isDone() {
        return this instanceof Done;
    }

    /** There is a value. */
    record Done<T, W>(T value) implements Result<T, W> {
        @Override
        public <R> R fold(Function<? super T, ? extends R> done, Function<? super W, ? extends R> refused) {
            return done.apply(value);
        }
    }

    /** There is none. */
    record Refused<T, W>(W why) implements Result<T, W> {
        @Override
        public <R> R fold(Function<? super T, ? extends R> done, Function<? super W, ? extends R> refused) {
            return refused.apply(why);
        }
    }
}
