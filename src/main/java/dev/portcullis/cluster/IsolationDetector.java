package dev.portcullis.cluster;

/**
 * Whether this node still takes part in what is said. Each node calls the others by their names every few seconds. One
 * whose own name nobody reaches any more, or whose calls nobody answers, though others are there, has lost its
 * registrations or its view of theirs, and both may be for good.
 *
 * <p>It counts rounds and has no clock: a process that was stopped for a minute has missed nothing that was said.
 */
final class IsolationDetector {
    private final int isolatedAfter;
    private int roundsWithoutPing;
    private int roundsWithoutReply;

    /** What is to be done after a round. */
    enum Advice {
        NONE,
        /** Register everything anew. */
        REREGISTER,
        /** Nothing helped: the process has to end. */
        EXIT
    }

    /** @param deafAfter rounds without a word before anything is done */
    IsolationDetector(int deafAfter) {
        this.isolatedAfter = deafAfter;
    }

    /** Another node called, and reached us. */
    void onPing() {
        roundsWithoutPing = 0;
    }

    /** Another node answered our call. */
    void onReply() {
        roundsWithoutReply = 0;
    }

    /** Which other nodes that serve the directory showed a moment ago. */
    enum Peers {
        /** None, or nobody knows. */
        NONE,
        /** All came after this one. */
        YOUNGER,
        /** One at least was there before this one. */
        OLDER
    }

    Advice round(Peers peers) {
        if (peers == Peers.NONE) {
            roundsWithoutPing = 0;
            roundsWithoutReply = 0;
            return Advice.NONE;
        }
        roundsWithoutPing++;
        roundsWithoutReply++;
        if (roundsIsolated() >= exitAfter(peers)) {
            return Advice.EXIT;
        }
        return roundsWithoutPing == isolatedAfter || roundsWithoutReply == isolatedAfter ? Advice.REREGISTER : Advice.NONE;
    }

    /** Of two nodes either may be the broken one. The one that is not reached goes first; that may heal the other. */
    private int roundsIsolated() {
        return Math.max(roundsWithoutPing, roundsWithoutReply - isolatedAfter);
    }

    /** Of two that are cut off from each other the older goes on while the younger tries anew: one of both is there. */
    private int exitAfter(Peers peers) {
        return isolatedAfter * (peers == Peers.OLDER ? 2 : 4);
    }
}
