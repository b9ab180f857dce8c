package dev.portcullis.edge.socketio;

import org.jspecify.annotations.Nullable;

/** Whether the connection of a client still handles what that sent, and what follows once it has. */
final class FramesInHand {
    private @Nullable Runnable next;
    private boolean any;

    void begin() {
        any = true;
    }

    /** @return whether it has to wait; otherwise it has run */
    boolean defer(Runnable then) {
        boolean waits = any;
        if (waits) {
            next = then;
        } else {
            then.run();
        }
        return waits;
    }

    void end() {
        any = false;
        Runnable then = next;
        next = null;
        if (then != null) {
            then.run();
        }
    }
}
