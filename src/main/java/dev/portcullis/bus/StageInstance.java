package dev.portcullis.bus;

import dev.portcullis.resilience.CircuitBreaker;
import java.util.concurrent.Semaphore;

/**
 * One instance of a stage on one node.
 *
 * @param inFlight bounds the unanswered questions to that node, for all its stages
 * @param answers of that node, for all its stages
 */
record StageInstance(String node, int instance, CircuitBreaker breaker, Semaphore inFlight, PeerAnswers answers) {
    boolean isAt(String otherNode, int otherInstance) {
        return instance == otherInstance && node.equals(otherNode);
    }

    /**
     * Whether the instance may be asked from another node when no other instance is left. It answers at once, and often
     * fails for want of a store that no other instance reaches either. An unresponsive one is not asked: the caller
     * should not wait longer than for the store.
     */
    boolean isLastResort() {
        return breaker.state() == CircuitBreaker.State.FAILING;
    }
}
