package dev.portcullis.app.node.live;

import java.util.function.Function;
import java.util.function.Supplier;

/** The result of changing the settings that can change while a node runs. */
public sealed interface LiveUpdate {
    <R> R fold(Supplier<R> applied, Function<String, R> refused);

    /** All of them are in force. */
    record Applied() implements LiveUpdate {
        @Override
        public <R> R fold(Supplier<R> applied, Function<String, R> refused) {
            return applied.get();
        }
    }

    /**
     * None of them is in force.
     *
     * @param why a line for the operator
     */
    record Refused(String why) implements LiveUpdate {
        @Override
        public <R> R fold(Supplier<R> applied, Function<String, R> refused) {
            return refused.apply(why);
        }
    }
}
