package dev.portcullis.cluster;

/**
 * Whether this node still takes part in what is said. Each node calls the others by their names every few seconds. One
 * whose own name nobody reaches any more, or whose calls nobody answers, though others are there, has lost its
 * registrations or its view of theirs, and both may be for good.
 *
 * <p>It counts rounds and has no clock: a process that was stopped for a minute has missed nothing that was said.
 */
final class Hearing {
    private final int deafAfter;
    private int unheard;
    private int unanswered;

    /** What is to be done after a round. */
    enum Advice {
        GO_ON,
        /** Register everything anew. */
        REGISTER,
        /** Nothing helped: the process has to end. */
        END
    }

    /** @param deafAfter rounds without a word before anything is done */
    Hearing(int deafAfter) {
        this.deafAfter = deafAfter;
    }

    /** Another node called, and reached us. */
    void heard() {
        unheard = 0;
    }

    /** Another node answered our call. */
    void answered() {
        unanswered = 0;
    }

    /** @param others whether the directory, read a moment ago, shows any other node that serves */
    Advice round(boolean others) {
        if (!others) {
            unheard = 0;
            unanswered = 0;
            return Advice.GO_ON;
        }
        unheard++;
        unanswered++;
        // Of two nodes either may be the broken one. The one that is not reached goes first; that may heal the other.
        int worst = Math.max(unheard, unanswered - deafAfter);
        boolean registering = unheard == deafAfter || unanswered == deafAfter;
        return worst >= 2 * deafAfter ? Advice.END : registering ? Advice.REGISTER : Advice.GO_ON;
    }
}
