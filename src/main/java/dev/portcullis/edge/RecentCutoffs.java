package dev.portcullis.edge;

import dev.portcullis.auth.Cutoff;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sessions that were cut off of late. A session is registered before its connection is: one that is cut off in between
 * must not come in after all (CWE-367). They are kept until the leases of whoever might not have heard have lapsed, so
 * that they can be said again if the store lost them. Noted by the node's follower, looked up by all event loops.
 */
final class RecentCutoffs {
    private static final long KEPT_MS = 60_000;

    private final int most;
    private final Map<String, Noted> bySession = new ConcurrentHashMap<>();
    private final Deque<Aging> oldestFirst = new ArrayDeque<>();

    /** @param at when it was said, by the clock of whoever said it */
    record Noted(Cutoff cutoff, long at) {}

    private record Aging(String sessionId, long since) {}

    RecentCutoffs(int most) {
        this.most = most;
    }

    void note(Noted cutoff, long now) {
        String sessionId = cutoff.cutoff().sessionId();
        if (bySession.putIfAbsent(sessionId, cutoff) == null) {
            oldestFirst.add(new Aging(sessionId, now));
        }
        while (oldestFirst.size() > most || now - oldestFirst.element().since() > KEPT_MS) {
            bySession.remove(oldestFirst.remove().sessionId());
        }
    }

    Optional<Noted> find(String sessionId) {
        return Optional.ofNullable(bySession.get(sessionId));
    }

    /** All of them; what was said last is what a store loses first. */
    List<Cutoff> newestFirst() {
        List<Cutoff> all = new ArrayList<>();
        oldestFirst.forEach(each -> find(each.sessionId()).ifPresent(noted -> all.add(noted.cutoff())));
        Collections.reverse(all);
        return all;
    }
}
