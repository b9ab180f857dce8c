package dev.portcullis.client.selfaudit.attack;

import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** What a server did with bytes that were followed by a ping. */
public sealed interface Reaction {
    /** What it said in text frames until then. */
    List<String> texts();

    <R> R fold(Supplier<R> goesOn, IntFunction<R> closed, Supplier<R> ended, Supplier<R> silent);

    /** Whether the connection is over. */
    default boolean isOver() {
        return fold(() -> false, code -> true, () -> true, () -> false);
    }

    /** Whether the connection ended in the same way: by the same code, or without one. */
    default boolean endsAs(Reaction other) {
        return isOver()
                && fold(() -> 0, code -> code, () -> 0, () -> 0)
                        .equals(other.fold(() -> -1, code -> code, () -> 0, () -> -1));
    }

    /** It answered the ping: it took what came before. */
    record GoesOn(List<String> texts) implements Reaction {
        public GoesOn {
            texts = List.copyOf(texts);
        }

        @Override
        public <R> R fold(Supplier<R> goesOn, IntFunction<R> closed, Supplier<R> ended, Supplier<R> silent) {
            return goesOn.get();
        }
    }

    /** It sent a close frame; 1005 where that had no code. */
    record Closed(int code, List<String> texts) implements Reaction {
        public Closed {
            texts = List.copyOf(texts);
        }

        @Override
        public <R> R fold(Supplier<R> goesOn, IntFunction<R> closed, Supplier<R> ended, Supplier<R> silent) {
            return closed.apply(code);
        }
    }

    /** It ended the connection without a close frame. */
    record Ended(List<String> texts) implements Reaction {
        public Ended {
            texts = List.copyOf(texts);
        }

        @Override
        public <R> R fold(Supplier<R> goesOn, IntFunction<R> closed, Supplier<R> ended, Supplier<R> silent) {
            return ended.get();
        }
    }

    /** It did nothing in time. */
    record Silent(List<String> texts) implements Reaction {
        public Silent {
            texts = List.copyOf(texts);
        }

        @Override
        public <R> R fold(Supplier<R> goesOn, IntFunction<R> closed, Supplier<R> ended, Supplier<R> silent) {
            return silent.get();
        }
    }
}
