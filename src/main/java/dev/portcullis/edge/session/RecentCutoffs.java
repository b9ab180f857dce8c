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
 * Sessions that were cut off of late. A session is registered before its connection is: one that is cut off in between
 * must not come in after all (CWE-367). They are kept until the leases of whoever might not have heard have lapsed, so
 * that they can be said again if the store lost them. Noted by the node's follower, looked up by all event loops.
 */
public final class RecentCutoffs {
    private static final long KEPT_MS = 60_000;

    private final int most;
    private final Map<String, Held> bySession = new ConcurrentHashMap<>();
    private final Deque<Held> oldestFirst = new ArrayDeque<>();

    /**
     * @param lane of its user
     * @param at when it was said, by the clock of whoever said it
     */
    record TimedCutoff(Cutoff cutoff, int lane, long at) {}

    private record Held(TimedCutoff timedCutoff, long since) {
        String sessionId() {
            return timedCutoff.cutoff().sessionId();
        }
    }

    RecentCutoffs(int most) {
        this.most = most;
    }

    /** One that is said again is as fresh as if it had not been said before. */
    void note(TimedCutoff cutoff, long now) {
        Held last = new Held(cutoff, now);
        if (!last.equals(bySession.put(last.sessionId(), last))) {
            oldestFirst.add(last);
        }
        while (oldestFirst.size() > most || isOver(oldestFirst.element(), now)) {
            Held oldest = oldestFirst.remove();
            bySession.remove(oldest.sessionId(), oldest);
        }
    }

    Optional<TimedCutoff> find(String sessionId) {
        return Optional.ofNullable(bySession.get(sessionId)).map(Held::timedCutoff);
    }

    /** Those of a lane that are not over; what was said last is what a store loses first. */
    List<Cutoff> newestFirst(int lane, long now) {
        List<Cutoff> all = new ArrayList<>();
        oldestFirst.stream()
                .filter(each -> each.timedCutoff().lane() == lane)
                .filter(each -> !isOver(each, now) && each.equals(bySession.get(each.sessionId())))
                .forEach(each -> all.add(each.timedCutoff().cutoff()));
        Collections.reverse(all);
        return all;
    }

    private static boolean isOver(Held each, long now) {
        return now - each.since() > KEPT_MS;
    }
}
