package dev.portcullis.edge;

import dev.portcullis.auth.Session;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whose turn it is to be looked at: each session some time after it was looked at last, the longest ago first. */
final class Rounds {
    private final long everyMs;
    private final Map<String, Turn> longestAgoFirst = new LinkedHashMap<>();

    private record Turn(Session session, long lookedAt) {}

    Rounds(long everyMs) {
        this.everyMs = everyMs;
    }

    void begin(Session session, long now) {
        longestAgoFirst.put(session.id(), new Turn(session, now));
    }

    void end(Session session) {
        longestAgoFirst.remove(session.id());
    }

    /** Those whose turn it is, at most so many. They go to the end of the row. */
    List<Session> due(long now, int most) {
        List<Session> due = new ArrayList<>();
        Iterator<Turn> turns = longestAgoFirst.values().iterator();
        while (turns.hasNext() && due.size() < most) {
            Turn turn = turns.next();
            if (now - turn.lookedAt() < everyMs) {
                break;
            }
            turns.remove();
            due.add(turn.session());
        }
        due.forEach(session -> begin(session, now));
        return due;
    }
}
