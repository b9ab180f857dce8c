package dev.portcullis.streams;

import java.util.function.Function;
import java.util.function.Supplier;

/** The outcome of an {@link AmendRequest}. */
public sealed interface AmendResult {
    <R> R fold(Function<AppendResult, R> appended, Supplier<R> notFound, Supplier<R> notAuthor, Supplier<R> tooOld);

    /** The outcome of the append of the amending entry, also if it was refused before the message was searched. */
    record Appended(AppendResult outcome) implements AmendResult {
        @Override
        public <R> R fold(
                Function<AppendResult, R> appended, Supplier<R> notFound, Supplier<R> notAuthor, Supplier<R> tooOld) {
            return appended.apply(outcome);
        }
    }

    /** The message was deleted, is no longer kept, is not among the entries searched, or never was. Nothing was written. */
    record NotFound() implements AmendResult {
        @Override
        public <R> R fold(
                Function<AppendResult, R> appended, Supplier<R> notFound, Supplier<R> notAuthor, Supplier<R> tooOld) {
            return notFound.get();
        }
    }

    /** The message belongs to another user. Nothing was written. */
    record NotAuthor() implements AmendResult {
        @Override
        public <R> R fold(
                Function<AppendResult, R> appended, Supplier<R> notFound, Supplier<R> notAuthor, Supplier<R> tooOld) {
            return notAuthor.get();
        }
    }

    /** The message was stored before {@code notBefore}. Nothing was written. */
    record TooOld() implements AmendResult {
        @Override
        public <R> R fold(
                Function<AppendResult, R> appended, Supplier<R> notFound, Supplier<R> notAuthor, Supplier<R> tooOld) {
            return tooOld.get();
        }
    }
}
