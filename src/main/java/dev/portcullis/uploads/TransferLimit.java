package dev.portcullis.uploads;

import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.InFlightLimit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Bounds the transfers of a node at a time, and those of one user, so that no user holds all places. Used by all threads. */
public final class TransferLimit {
    private final InFlightLimit node;
    private final int perUser;
    private final Map<UserId, Integer> byUser = new ConcurrentHashMap<>();

    TransferLimit(int max, int perUser) {
        this.node = new InFlightLimit(max);
        this.perUser = perUser;
    }

    /** Takes a place of the node, before it is known whose transfer it is; false if there is none. {@link #leave} must follow. */
    boolean tryEnter() {
        return node.tryAcquire();
    }

    void leave() {
        node.release();
    }

    /** Takes a place of a user who has one of the node. {@link #leaveUser} must follow, unless it returns false. */
    boolean tryEnterUser(UserId user) {
        int[] before = {0};
        byUser.compute(user, (any, count) -> {
            before[0] = count == null ? 0 : count;
            return Math.min(perUser, before[0] + 1);
        });
        return before[0] < perUser;
    }

    void leaveUser(UserId user) {
        byUser.computeIfPresent(user, (any, count) -> count == 1 ? null : count - 1);
    }

    /** Takes both places; {@link #leave(UserId)} must follow, unless it returns false. */
    public boolean tryEnter(UserId user) {
        if (!tryEnter()) {
            return false;
        }
        if (tryEnterUser(user)) {
            return true;
        }
        leave();
        return false;
    }

    public void leave(UserId user) {
        leaveUser(user);
        leave();
    }

    /** Transfers at present. */
    public int count() {
        return node.inFlight();
    }
}
