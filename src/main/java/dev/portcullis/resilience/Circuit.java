package dev.portcullis.resilience;

import dev.portcullis.resilience.CircuitBreaker.Failure;
import dev.portcullis.resilience.CircuitBreaker.Pass;
import java.util.Optional;

/** Whether a target may be asked: its circuit breaker, and the bound on what is in flight. Used by all threads. */
public interface Circuit {
    CircuitBreaker.State state();

    /** The answer of {@link #pass}, for a question that is not sent. */
    Pass position(long now);

    /** Unless the pass is {@code OPEN}, {@link #begin} must follow. */
    Pass pass(long now);

    /** Returns false if too many questions are in flight. If true, {@link #end} or {@link #cancel} must follow. */
    boolean begin(Pass pass);

    /** The question was not sent after all, or its outcome says nothing about the target. */
    void cancel(Pass pass);

    /** @param failure empty if the target answered as it should */
    void end(Optional<Failure> failure, Pass pass, long now);
}
