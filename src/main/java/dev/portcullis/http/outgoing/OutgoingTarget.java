package dev.portcullis.http.outgoing;

import dev.portcullis.http.outgoing.OutgoingResult.Why;
import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.resilience.CircuitBreaker.Failure;
import dev.portcullis.resilience.CircuitBreaker.Pass;
import dev.portcullis.resilience.InFlightLimit;
import java.util.Optional;

/**
 * One URL that is called again and again, with what is known of its server. A target that is slow or broken keeps no
 * call waiting, and no other target.
 */
public final class OutgoingTarget {
    private static final int FIRST_SERVER_ERROR = 500;

    private final OutgoingService service;
    private final OutgoingUrl url;
    private final OutgoingEvents events;
    private final CircuitBreaker breaker;
    private final InFlightLimit inFlight;

    public OutgoingTarget(OutgoingService service, OutgoingUrl url, OutgoingConfig config, OutgoingEvents events) {
        this.service = service;
        this.url = url;
        this.events = events;
        this.breaker = new CircuitBreaker(config.breaker());
        this.inFlight = new InFlightLimit(config.inFlightPerTarget());
    }

    /** What the circuit breaker knows of the server. */
    public CircuitBreaker.State state() {
        return breaker.state();
    }

    /** How its circuit breaker would let a call pass now. */
    public Pass position() {
        return breaker.position(System.nanoTime());
    }

    public OutgoingUrl url() {
        return url;
    }

    /** Unless the pass is {@code OPEN}, {@link #begin} must follow. */
    Pass pass() {
        Pass pass = breaker.pass(System.nanoTime());
        if (pass == Pass.OPEN) {
            events.failed(service);
        }
        return pass;
    }

    /** Returns false if too many calls are in flight; else {@link #end} must follow, or {@link #cancel}. */
    boolean begin(Pass pass) {
        boolean free = inFlight.tryAcquire();
        if (!free) {
            events.failed(service);
            breaker.recordCancelled(pass);
        }
        return free;
    }

    void cancel(Pass pass) {
        inFlight.release();
        breaker.recordCancelled(pass);
    }

    void end(OutgoingResult result, Pass pass, long nanos) {
        Optional<Failure> failure = failure(result);
        events.completed(service, nanos);
        if (failure.isPresent()) {
            events.failed(service);
        }
        if (saysNothing(result)) {
            cancel(pass);
            return;
        }
        inFlight.release();
        failure.ifPresentOrElse(how -> breaker.recordFailure(how, pass, System.nanoTime()), breaker::recordSuccess);
    }

    /** Nothing was sent, for a reason that is ours. */
    private static boolean saysNothing(OutgoingResult result) {
        return result.fold(
                answered -> false, why -> why == Why.BUSY || why == Why.RESOLVER_BUSY || why == Why.ADDRESS_REFUSED);
    }

    private static Optional<Failure> failure(OutgoingResult result) {
        return result.fold(
                answered -> answered.status() < FIRST_SERVER_ERROR ? Optional.empty() : Optional.of(Failure.ANSWERED),
                why -> Optional.of(
                        why == Why.TOO_LARGE || why == Why.REDIRECTED ? Failure.ANSWERED : Failure.NO_ANSWER));
    }
}
