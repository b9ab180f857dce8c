package dev.portcullis.resilience;

import dev.portcullis.resilience.CircuitBreaker.Failure;
import dev.portcullis.resilience.CircuitBreaker.Pass;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** One circuit breaker and one bound for all questions: for a target whose outcomes depend on no user. */
public final class TargetCircuit implements Circuit {
    private final CircuitBreaker breaker;
    private final Semaphore inFlight;

    public TargetCircuit(CircuitBreaker.Config config, int inFlight) {
        this.breaker = new CircuitBreaker(config);
        this.inFlight = new Semaphore(inFlight);
    }

    @Override
    public CircuitBreaker.State state() {
        return breaker.state();
    }

    @Override
    public Pass position(long now) {
        return breaker.position(now);
    }

    @Override
    public Pass pass(long now) {
        return breaker.pass(now);
    }

    @Override
    public boolean begin(Pass pass) {
        boolean free = inFlight.tryAcquire();
        if (!free) {
            breaker.recordCancelled(pass);
        }
        return free;
    }

    @Override
    public void cancel(Pass pass) {
        inFlight.release();
        breaker.recordCancelled(pass);
    }

    @Override
    public void end(Optional<Failure> failure, Pass pass, long now) {
        inFlight.release();
        failure.ifPresentOrElse(how -> breaker.recordFailure(how, pass, now), breaker::recordSuccess);
    }
}
