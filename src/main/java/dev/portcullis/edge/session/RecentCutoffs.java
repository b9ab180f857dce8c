package dev.portcullis.edge.session;

import dev.portcullis.auth.revocation.Cutoff;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sessions that were cut off recently. A session is registered before its connection: one that is cut off in
 * between must not open after all (CWE-367). Entries are kept until the leases of all nodes that may not have read them
 * have expired, so that they can be published again if the store lost them. Written by the node's follower, read by all
 * event loops.
 */
public final class RecentCutoffs {
    private static final long RETENTION_MS = 60_000;

    private final int maxEntries;
    private final Map<String, Entry> bySession = new ConcurrentHashMap<>();
    private final Deque<Entry> oldestFirst = new ArrayDeque<>();

    /**
     * @param lane of the user
     * @param publishedAt by the clock of the publisher
     */
    record TimedCutoff(Cutoff cutoff, int lane, long publishedAt) {}

    private record Entry(TimedCutoff timedCutoff, long notedAt) {
        String sessionId() {
            return timedCutoff.cutoff().sessionId();
        }
    }

    RecentCutoffs(int maxEntries) {
        this.maxEntries = maxEntries;
    }

    /** A cut-off that is published again is kept for as long as a new one. */
    void add(TimedCutoff cutoff, long now) {
        Entry latest = new Entry(cutoff, now);
        if (!latest.equals(bySession.put(latest.sessionId(), latest))) {
            oldestFirst.add(latest);
        }
        while (oldestFirst.size() > maxEntries || isExpired(oldestFirst.element(), now)) {
            Entry oldest = oldestFirst.remove();
            bySession.remove(oldest.sessionId(), oldest);
        }
    }

    Optional<TimedCutoff> find(String sessionId) {
        return Optional.ofNullable(bySession.get(sessionId)).map(Entry::timedCutoff);
    }

    /** The unexpired ones of a lane, newest first: a store that forks loses the newest first. */
    List<Cutoff> newestFirst(int lane, long now) {
        List<Cutoff> all = new ArrayList<>();
        oldestFirst.stream()
                .filter(each -> each.timedCutoff().lane() == lane)
                .filter(each -> !isExpired(each, now) && each.equals(bySession.get(each.sessionId())))
                .forEach(each -> all.add(each.timedCutoff().cutoff()));
        Collections.reverse(all);
        return all;
    }

    private static boolean isExpired(Entry each, long now) {
        return now - each.notedAt() > RETENTION_MS;
    }
}
