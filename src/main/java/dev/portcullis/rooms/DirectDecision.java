package dev.portcullis.rooms;

import dev.portcullis.protocol.Verdict;
import java.util.function.Function;
import java.util.function.Supplier;

/** Whether a user may write to another directly, or which question has to be asked first. */
sealed interface DirectDecision {
    <R> R fold(Function<Verdict, R> settled, Supplier<R> askRooms, Supplier<R> askHook);

    /** The verdict is known without a question. */
    record Settled(Verdict verdict) implements DirectDecision {
        @Override
        public <R> R fold(Function<Verdict, R> settled, Supplier<R> askRooms, Supplier<R> askHook) {
            return settled.apply(verdict);
        }
    }

    /** The rooms of both decide: {@link DirectPolicy#candidates}. */
    record AskRooms() implements DirectDecision {
        @Override
        public <R> R fold(Function<Verdict, R> settled, Supplier<R> askRooms, Supplier<R> askHook) {
            return askRooms.get();
        }
    }

    /** The application decides: {@link DirectPolicy#judgeHook}. */
    record AskHook() implements DirectDecision {
        @Override
        public <R> R fold(Function<Verdict, R> settled, Supplier<R> askRooms, Supplier<R> askHook) {
            return askHook.get();
        }
    }
}
