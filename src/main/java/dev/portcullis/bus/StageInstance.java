package dev.portcullis.bus;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * One instance of a stage on one node.
 *
 * @param inFlight unanswered questions to that node, for all its stages
 */
record StageInstance(String node, int instance, CircuitBreaker breaker, AtomicInteger inFlight) {
    boolean isAt(String otherNode, int otherInstance) {
        return instance == otherInstance && node.equals(otherNode);
    }
}
