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

    private final OutgoingUrl url;
    private final CircuitBreaker breaker;
    private final InFlightLimit inFlight;

    public OutgoingTarget(OutgoingUrl url, OutgoingConfig config) {
        this(url, new CircuitBreaker(config.breaker()), new InFlightLimit(config.inFlightPerTarget()));
    }

    private OutgoingTarget(OutgoingUrl url, CircuitBreaker breaker, InFlightLimit inFlight) {
        this.url = url;
        this.breaker = breaker;
        this.inFlight = inFlight;
    }

    /** Another path and query of the same server, with what is known of the server. */
    public OutgoingTarget at(String pathAndQuery) {
        return new OutgoingTarget(
                new OutgoingUrl(url.secure(), url.host(), url.literal(), url.port(), pathAndQuery), breaker, inFlight);
    }

    /** What the circuit breaker knows of the server. */
    public CircuitBreaker.State state() {
        return breaker.state();
    }

    public OutgoingUrl url() {
        return url;
    }

    Pass pass() {
        return breaker.pass(System.nanoTime());
    }

    /** Returns false if too many calls are in flight; else {@link #end} must follow, or {@link #cancel}. */
    boolean begin(Pass pass) {
        boolean free = inFlight.tryAcquire();
        if (!free) {
            breaker.recordCancelled(pass);
        }
        return free;
    }

    void cancel(Pass pass) {
        inFlight.release();
        breaker.recordCancelled(pass);
    }

    void end(OutgoingResult result, Pass pass) {
        if (saysNothing(result)) {
            cancel(pass);
            return;
        }
        inFlight.release();
        failure(result)
                .ifPresentOrElse(
                        failure -> breaker.recordFailure(failure, pass, System.nanoTime()), breaker::recordSuccess);
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
