package dev.portcullis.edge;

import dev.portcullis.auth.Cutoff;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Sessions that were cut off of late. A session is registered before its connection is: one that is cut off in between
 * must not come in after all (CWE-367).
 */
final class RecentCutoffs {
    private static final int MOST = 10_000;
    private static final long LONGEST_ARRIVAL_MS = 30_000;

    private final Map<String, Cutoff> bySession = new HashMap<>();
    private final Deque<Noted> oldestFirst = new ArrayDeque<>();

    private record Noted(String sessionId, long at) {}

    void note(Cutoff cutoff, long now) {
        bySession.put(cutoff.sessionId(), cutoff);
        oldestFirst.add(new Noted(cutoff.sessionId(), now));
        while (oldestFirst.size() > MOST || now - oldestFirst.element().at() > LONGEST_ARRIVAL_MS) {
            bySession.remove(oldestFirst.remove().sessionId());
        }
    }

    Optional<Cutoff> find(String sessionId) {
        return Optional.ofNullable(bySession.get(sessionId));
    }
}
