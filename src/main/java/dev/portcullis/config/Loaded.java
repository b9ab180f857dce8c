package dev.portcullis.config;

import java.util.List;
import java.util.function.Function;

/** The result of reading a configuration: a fully checked value, or all problems. */
public sealed interface Loaded<T> {
    <R> R fold(Function<Valid<T>, R> valid, Function<Invalid<T>, R> invalid);

    /**
     * @param settings every key that was read, with its effective value
     * @param withoutEffect keys of an earlier version, and what to do about them
     */
    record Valid<T>(T value, List<Setting> settings, List<Problem> withoutEffect) implements Loaded<T> {
        @Override
        public <R> R fold(Function<Valid<T>, R> valid, Function<Invalid<T>, R> invalid) {
            return valid.apply(this);
        }
    }

    /** @param problems at least one */
    record Invalid<T>(List<Problem> problems) implements Loaded<T> {
        @Override
        public <R> R fold(Function<Valid<T>, R> valid, Function<Invalid<T>, R> invalid) {
            return invalid.apply(this);
        }
    }
}
