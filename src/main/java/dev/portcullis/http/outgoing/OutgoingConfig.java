package dev.portcullis.http.outgoing;

import dev.portcullis.resilience.CircuitBreaker;
import java.util.Set;

/**
 * Bounds of outgoing calls.
 *
 * @param deadlineMs from the call to the last byte of the answer, whatever the server does; a request may say otherwise
 * @param answerBytes the longest body of an answer
 * @param inFlight calls at a time, to all targets
 * @param inFlightPerTarget calls at a time to one target
 * @param internalHosts hosts that may have addresses of the own network
 */
public record OutgoingConfig(
        long deadlineMs,
        int answerBytes,
        int inFlight,
        int inFlightPerTarget,
        Set<String> internalHosts,
        CircuitBreaker.Config breaker) {
    public static final OutgoingConfig STANDARD =
            new OutgoingConfig(3_000, 262_144, 256, 64, Set.of(), CircuitBreaker.Config.STANDARD);

    public OutgoingConfig {
        internalHosts = Set.copyOf(internalHosts);
    }
}
