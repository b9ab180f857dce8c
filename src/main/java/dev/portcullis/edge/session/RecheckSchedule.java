package dev.portcullis.edge.session;

import dev.portcullis.auth.session.Session;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whose turn it is to be looked at: each session some time after it was looked at last, the longest ago first. */
public final class RecheckSchedule {
    private final long everyMs;
    private final Map<String, Due> longestAgoFirst = new LinkedHashMap<>();

    private record Due(Session session, long lookedAt) {}

    public RecheckSchedule(long everyMs) {
        this.everyMs = everyMs;
    }

    void begin(Session session, long now) {
        longestAgoFirst.put(session.id(), new Due(session, now));
    }

    void end(Session session) {
        longestAgoFirst.remove(session.id());
    }

    /** Those whose turn it is, at most so many. They go to the end of the row. */
    List<Session> due(long now, int most) {
        List<Session> due = new ArrayList<>();
        Iterator<Due> dues = longestAgoFirst.values().iterator();
        while (dues.hasNext() && due.size() < most) {
            Due turn = dues.next();
            if (now - turn.lookedAt() < everyMs) {
                break;
            }
            dues.remove();
            due.add(turn.session());
        }
        due.forEach(session -> begin(session, now));
        return due;
    }
}
