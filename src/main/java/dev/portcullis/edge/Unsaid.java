package dev.portcullis.edge;

import dev.portcullis.auth.Session;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Sessions that are over, while nobody has heard so. Bounded (CWE-770): the one that has waited longest goes for a new
 * one. It then ends with its token, or is found to be nobody's when its user is at the cap.
 */
final class Unsaid {
    private final int most;
    private final Deque<Session> longestAgoFirst = new ArrayDeque<>();

    Unsaid(int most) {
        this.most = most;
    }

    void add(Session session) {
        if (longestAgoFirst.size() == most) {
            longestAgoFirst.remove();
        }
        longestAgoFirst.add(session);
    }

    /** The next ones, at most so many, but for those whose token has ended by itself. */
    List<Session> take(int count, long now) {
        List<Session> taken = new ArrayList<>();
        while (taken.size() < count && !longestAgoFirst.isEmpty()) {
            Session session = longestAgoFirst.remove();
            if (session.expiresAt() > now) {
                taken.add(session);
            }
        }
        return taken;
    }

    int size() {
        return longestAgoFirst.size();
    }
}
