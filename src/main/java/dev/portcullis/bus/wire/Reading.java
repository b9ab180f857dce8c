package dev.portcullis.bus.wire;

import java.util.function.Function;
import java.util.function.Supplier;

/** What came of reading bytes from another node. */
public sealed interface Reading<T> {
    <R> R fold(Function<T, R> whole, Supplier<R> garbled);

    /** They were a value of this type. */
    record Whole<T>(T value) implements Reading<T> {
        @Override
        public <R> R fold(Function<T, R> whole, Supplier<R> garbled) {
            return whole.apply(value);
        }
    }

    /** They were not, or of a version or with a constant that this release doesn't know. */
    record Garbled<T>() implements Reading<T> {
        @Override
        public <R> R fold(Function<T, R> whole, Supplier<R> garbled) {
            return garbled.get();
        }
    }
}
