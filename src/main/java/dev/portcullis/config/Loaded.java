package dev.portcullis.config;

import java.util.List;
import java.util.function.Function;

/** The result of reading a configuration: a fully checked value, or all problems. */
public sealed interface Loaded<T> {
    <R> R fold(Function<Good<T>, R> good, Function<Bad<T>, R> bad);

    /** @param settings every key that was read, with its effective value */
    record Good<T>(T value, List<Setting> settings) implements Loaded<T> {
        @Override
        public <R> R fold(Function<Good<T>, R> good, Function<Bad<T>, R> bad) {
            return good.apply(this);
        }
    }

    /** @param problems at least one */
    record Bad<T>(List<Problem> problems) implements Loaded<T> {
        @Override
        public <R> R fold(Function<Good<T>, R> good, Function<Bad<T>, R> bad) {
            return bad.apply(this);
        }
    }
}
