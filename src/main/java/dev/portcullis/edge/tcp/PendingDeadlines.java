package dev.portcullis.edge.tcp;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** When connections end: each phase has its time, and whatever a peer sends within one does not prolong it (CWE-400). */
final class PendingDeadlines<C> {
    private final Map<C, Deadline<C>> byConnection = new HashMap<>();
    private final TreeSet<Deadline<C>> ordered =
            new TreeSet<>(Comparator.<Deadline<C>>comparingLong(Deadline::at).thenComparingLong(Deadline::number));

    private long number;

    /** The event that a connection waits for. */
    enum Phase {
        HEAD,
        ANSWER,
        ANSWER_OF_OTHERS,
        NEXT_REQUEST,
        TRANSFER
    }

    /** @param number tells apart deadlines of the same time */
    private record Deadline<C>(C connection, Phase phase, long at, long number) {}

    void begin(C connection, Phase phase, long end) {
        remove(connection);
        Deadline<C> deadline = new Deadline<>(connection, phase, end, number++);
        byConnection.put(connection, deadline);
        ordered.add(deadline);
    }

    boolean is(C connection, Phase phase) {
        Deadline<C> deadline = byConnection.get(connection);
        return deadline != null && deadline.phase() == phase;
    }

    boolean hasAny(Phase phase) {
        return byConnection.values().stream().anyMatch(deadline -> deadline.phase() == phase);
    }

    void remove(C connection) {
        Deadline<C> deadline = byConnection.remove(connection);
        if (deadline != null) {
            ordered.remove(deadline);
        }
    }

    List<C> expired(long now) {
        List<C> expired = new ArrayList<>();
        for (Deadline<C> deadline : ordered) {
            if (deadline.at() > now) {
                break;
            }
            expired.add(deadline.connection());
        }
        return expired;
    }
}
