package dev.portcullis.edge.connection;

import dev.portcullis.protocol.UserId;
import java.util.HashMap;
import java.util.Map;

/**
 * The clients that have shown whose they will be and have not connected yet. They have no session that would bound them, so each
 * user has few on the whole node, whatever the addresses (CWE-770). Not thread-safe.
 */
final class Openings {
    /** The number of sessions that a user may have by default. */
    private static final int PER_USER = 5;

    private final int max;
    private final Map<UserId, Integer> byUser = new HashMap<>();
    private int size;

    /** @param max of all users */
    Openings(int max) {
        this.max = max;
    }

    boolean isFull(UserId user) {
        return size >= max || byUser.getOrDefault(user, 0) >= PER_USER;
    }

    void add(UserId user) {
        size++;
        byUser.merge(user, 1, Integer::sum);
    }

    void remove(UserId user) {
        size--;
        byUser.computeIfPresent(user, (any, count) -> count == 1 ? null : count - 1);
    }

    int size() {
        return size;
    }
}
