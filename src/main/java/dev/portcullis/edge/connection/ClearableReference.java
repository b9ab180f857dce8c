package dev.portcullis.edge.connection;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A reference that a timer holds to an object that may end long before the timer is due. The owner clears it at the
 * end: otherwise ended objects stay in memory until their timers fire, and a client that opens and closes connections
 * could fill the memory with them (CWE-401). Used on one event loop only.
 */
public final class ClearableReference<T> {
    private @Nullable T value;

    public ClearableReference(T value) {
        this.value = value;
    }

    /** Does nothing after {@link #clear}. */
    public void ifPresent(Consumer<T> action) {
        T present = value;
        if (present != null) {
            action.accept(present);
        }
    }

    public void clear() {
        value = null;
    }
}
