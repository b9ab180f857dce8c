package dev.portcullis.edge.session;

import dev.portcullis.auth.session.Session;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which sessions are due to be checked against the store: each one some time after its last check, the oldest check
 * first.
 */
public final class RecheckSchedule {
    private final long intervalMs;
    private final Map<String, Entry> oldestFirst = new LinkedHashMap<>();

    private record Entry(Session session, long checkedAt) {}

    public RecheckSchedule(long intervalMs) {
        this.intervalMs = intervalMs;
    }

    void begin(Session session, long now) {
        oldestFirst.put(session.id(), new Entry(session, now));
    }

    void end(Session session) {
        oldestFirst.remove(session.id());
    }

    /** The sessions that are due, at most {@code max}. They are scheduled again. */
    List<Session> due(long now, int max) {
        List<Session> due = new ArrayList<>();
        Iterator<Entry> entries = oldestFirst.values().iterator();
        while (entries.hasNext() && due.size() < max) {
            Entry entry = entries.next();
            if (now - entry.checkedAt() < intervalMs) {
                break;
            }
            entries.remove();
            due.add(entry.session());
        }
        due.forEach(session -> begin(session, now));
        return due;
    }
}
