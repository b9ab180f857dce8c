package dev.portcullis.auth.password;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The challenges whose work has served a check, until they expire: otherwise one proof would serve many checks. Each node has
 * its own. When there are too many, no further work counts. Used by all threads.
 */
final class UsedProofs {
    private final int most;
    private final Map<String, Long> endByChallenge = new LinkedHashMap<>();

    UsedProofs(int most) {
        this.most = most;
    }

    /** Returns whether it was not used before, and is now. */
    synchronized boolean use(ProofOfWork.Proof proof, long now) {
        forgetEnded(now);
        return endByChallenge.size() < most && endByChallenge.putIfAbsent(proof.challenge(), proof.end()) == null;
    }

    /** It served no check after all. */
    synchronized void giveBack(ProofOfWork.Proof proof) {
        endByChallenge.remove(proof.challenge());
    }

    synchronized int size() {
        return endByChallenge.size();
    }

    /** The eldest has ended by the time that any challenge is good for, so none stays for longer than twice that. */
    private void forgetEnded(long now) {
        Iterator<Long> ends = endByChallenge.values().iterator();
        while (ends.hasNext() && ends.next() <= now) {
            ends.remove();
        }
    }
}
