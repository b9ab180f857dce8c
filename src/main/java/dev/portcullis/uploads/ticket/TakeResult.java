package dev.portcullis.uploads.ticket;

import java.util.function.Function;
import java.util.function.Supplier;

/** The result of using a ticket. */
public sealed interface TakeResult {
    <R> R fold(Function<Upload, R> taken, Supplier<R> unknown, Function<Excess, R> exceeded);

    /** The upload is received from now on. */
    record Taken(Upload upload) implements TakeResult {
        @Override
        public <R> R fold(Function<Upload, R> taken, Supplier<R> unknown, Function<Excess, R> exceeded) {
            return taken.apply(upload);
        }
    }

    /** The ticket is not known, was used, or is due, which look the same to its holder. */
    record Unknown() implements TakeResult {
        @Override
        public <R> R fold(Function<Upload, R> taken, Supplier<R> unknown, Function<Excess, R> exceeded) {
            return unknown.get();
        }
    }

    /** There is no room for its file at this moment; the ticket stays good. */
    record Exceeded(Excess what) implements TakeResult {
        @Override
        public <R> R fold(Function<Upload, R> taken, Supplier<R> unknown, Function<Excess, R> exceeded) {
            return exceeded.apply(what);
        }
    }
}
