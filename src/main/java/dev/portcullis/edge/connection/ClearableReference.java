package dev.portcullis.edge.connection;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a timer holds of something that may be over long before the timer is due. Emptied then: else those that are gone
 * would stay in memory for as long, and who opens and closes connections could fill it with them (CWE-401). On one event
 * loop only.
 */
public final class ClearableReference<T> {
    private @Nullable T held;

    public ClearableReference(T held) {
        this.held = held;
    }

    /** Does nothing where it was let go. */
    public void ifHeld(Consumer<T> then) {
        T still = held;
        if (still != null) {
            then.accept(still);
        }
    }

    public void letGo() {
        held = null;
    }
}
