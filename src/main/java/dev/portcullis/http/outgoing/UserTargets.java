package dev.portcullis.http.outgoing;

import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.CircuitBreaker.Pass;
import dev.portcullis.resilience.UserCircuits;

/** One URL that is asked about what users send. To each user it is a target of its own, with what is known of their questions. */
public final class UserTargets {
    private final OutgoingService service;
    private final OutgoingUrl url;
    private final OutgoingMetrics events;
    private final UserCircuits circuits;

    public UserTargets(OutgoingService service, OutgoingUrl url, OutgoingConfig config, OutgoingMetrics events) {
        this.service = service;
        this.url = url;
        this.events = events;
        this.circuits = new UserCircuits(config.breaker(), config.inFlightPerTarget());
    }

    public OutgoingTarget of(UserId user) {
        return new OutgoingTarget(service, url, events, circuits.of(user), () -> false);
    }

    /** {@code OPEN} while the last questions, of all users, failed: for metrics. */
    public Pass position() {
        return circuits.position();
    }
}
