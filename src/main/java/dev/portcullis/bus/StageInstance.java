package dev.portcullis.bus;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where one instance of a stage answers.
 *
 * @param inFlight questions to that node, whatever their stage
 */
record StageInstance(String node, int instance, CircuitBreaker breaker, AtomicInteger inFlight) {
    boolean isAt(String otherNode, int otherInstance) {
        return instance == otherInstance && node.equals(otherNode);
    }
}
