package dev.portcullis.auth.key;

import java.util.function.Function;

/** What was read from an issuer's server, or why nothing was. */
sealed interface Fetch<T> {
    <R> R fold(Function<T, R> read, Function<KeyFetchResult, R> failed);

    /** It was read. */
    record Read<T>(T value) implements Fetch<T> {
        @Override
        public <R> R fold(Function<T, R> read, Function<KeyFetchResult, R> failed) {
            return read.apply(value);
        }
    }

    /** There is nothing that could be used. */
    record Failed<T>(KeyFetchResult why) implements Fetch<T> {
        @Override
        public <R> R fold(Function<T, R> read, Function<KeyFetchResult, R> failed) {
            return failed.apply(why);
        }
    }
}
