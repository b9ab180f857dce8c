package dev.portcullis.edge;

import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.Session;
import java.util.BitSet;
import java.util.List;
import java.util.function.Supplier;

/**
 * Says the sessions of an event loop again where the store has lost its memory of them. Lanes mostly lose it together:
 * what comes at once is said in one pass.
 */
final class Restoring {
    private static final long GATHER_MS = 50;
    private static final long AGAIN_MS = 1_000;

    private final Authenticator authenticator;
    private final Supplier<List<Session>> sessions;
    private final Wheel wheel;
    private final BitSet forgotten = new BitSet();
    private boolean underWay;

    Restoring(Authenticator authenticator, Supplier<List<Session>> sessions, Wheel wheel) {
        this.authenticator = authenticator;
        this.sessions = sessions;
        this.wheel = wheel;
    }

    void forgotten(int lane) {
        forgotten.set(lane);
        if (!underWay) {
            underWay = true;
            wheel.in(GATHER_MS, this::restore);
        }
    }

    /** Whether the store knows all that it is meant to. */
    boolean isDone() {
        return !underWay;
    }

    private void restore() {
        BitSet lanes = (BitSet) forgotten.clone();
        forgotten.clear();
        List<Session> lost = sessions.get().stream()
                .filter(session -> lanes.get(session.lane()))
                .toList();
        authenticator
                .restore(lost)
                .onComplete(
                        done -> {
                            underWay = !forgotten.isEmpty();
                            if (underWay) {
                                wheel.in(GATHER_MS, this::restore);
                            }
                        },
                        broken -> {
                            forgotten.or(lanes);
                            wheel.in(AGAIN_MS, this::restore);
                        });
    }
}
