package dev.portcullis.cluster;

/**
 * Detects that this node is isolated. Each node pings the others by name every few seconds. A node that no longer
 * receives pings, or no longer receives replies, though other nodes are there, has lost its registrations or its view
 * of theirs; both can be permanent.
 *
 * <p>Counts rounds instead of time: a process that was stopped for a minute has missed no ping.
 */
final class IsolationDetector {
    private final int isolatedAfter;
    private int roundsWithoutPing;
    private int roundsWithoutReply;

    /** The step that a node takes after a round. */
    enum Advice {
        NONE,
        /** Register all consumers again. */
        REREGISTER,
        /** Registering did not help: the process has to exit. */
        EXIT
    }

    /** @param isolatedAfter rounds without a ping or a reply before anything is done */
    IsolationDetector(int isolatedAfter) {
        this.isolatedAfter = isolatedAfter;
    }

    /** Another node pinged this one. */
    void onPing() {
        roundsWithoutPing = 0;
    }

    /** Another node replied to a ping. */
    void onReply() {
        roundsWithoutReply = 0;
    }

    /**
     * Hazelcast reaches another node again or for the first time. Registrations follow seconds later, so the rounds
     * before it prove nothing.
     */
    void onMember() {
        reset();
    }

    /** Which other serving nodes the directory showed most recently. */
    enum Peers {
        /** None, or the directory is unknown. */
        NONE,
        /** All joined after this one. */
        YOUNGER,
        /** At least one joined before this one. */
        OLDER
    }

    Advice round(Peers peers) {
        if (peers == Peers.NONE) {
            reset();
            return Advice.NONE;
        }
        roundsWithoutPing++;
        roundsWithoutReply++;
        if (roundsIsolated() >= exitAfter(peers)) {
            return Advice.EXIT;
        }
        return roundsWithoutPing == isolatedAfter || roundsWithoutReply == isolatedAfter
                ? Advice.REREGISTER
                : Advice.NONE;
    }

    private void reset() {
        roundsWithoutPing = 0;
        roundsWithoutReply = 0;
    }

    /** Either of two nodes may be the faulty one. The one that is not pinged exits first, which may heal the other. */
    private int roundsIsolated() {
        return Math.max(roundsWithoutPing, roundsWithoutReply - isolatedAfter);
    }

    /**
     * If two nodes are cut off from each other, the older one continues while the younger one restarts: so one of both always
     * serves.
     */
    private int exitAfter(Peers peers) {
        return isolatedAfter * (peers == Peers.OLDER ? 2 : 4);
    }
}
