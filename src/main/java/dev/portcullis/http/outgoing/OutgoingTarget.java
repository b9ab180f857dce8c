package dev.portcullis.http.outgoing;

import dev.portcullis.http.outgoing.OutgoingAnswer.Why;
import dev.portcullis.protocol.Result;
import dev.portcullis.resilience.Circuit;
import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.resilience.CircuitBreaker.Failure;
import dev.portcullis.resilience.CircuitBreaker.Pass;
import dev.portcullis.resilience.TargetCircuit;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * One URL that is called repeatedly, with the state of its server. A target that is slow or broken keeps no call waiting, and
 * no other target.
 */
public final class OutgoingTarget {
    private static final int FIRST_SERVER_ERROR = 500;

    private final OutgoingService service;
    private final OutgoingUrl url;
    private final OutgoingMetrics events;
    private final Circuit circuit;
    private final BooleanSupplier excused;

    public OutgoingTarget(OutgoingService service, OutgoingUrl url, OutgoingConfig config, OutgoingMetrics events) {
        this(service, url, events, new TargetCircuit(config.breaker(), config.inFlightPerTarget()), () -> false);
    }

    OutgoingTarget(
            OutgoingService service,
            OutgoingUrl url,
            OutgoingMetrics events,
            Circuit circuit,
            BooleanSupplier excused) {
        this.service = service;
        this.url = url;
        this.events = events;
        this.circuit = circuit;
        this.excused = excused;
    }

    /** Another path and query of the same server, which shares the state of the server. */
    public OutgoingTarget at(String pathAndQuery) {
        return new OutgoingTarget(
                service,
                new OutgoingUrl(url.secure(), url.host(), url.literal(), url.port(), pathAndQuery),
                events,
                circuit,
                excused);
    }

    /** @param excused whether a failure, at the moment of it, has a reason that lies not in the server */
    public OutgoingTarget excusedWhile(BooleanSupplier excused) {
        return new OutgoingTarget(service, url, events, circuit, excused);
    }

    /** The state of the server's circuit breaker. */
    public CircuitBreaker.State state() {
        return circuit.state();
    }

    /** How its circuit breaker would let a call pass now. */
    public Pass position() {
        return circuit.position(System.nanoTime());
    }

    public OutgoingUrl url() {
        return url;
    }

    /** Unless the pass is {@code OPEN}, {@link #begin} must follow. */
    Pass pass() {
        Pass pass = circuit.pass(System.nanoTime());
        if (pass == Pass.OPEN) {
            events.failed(service);
        }
        return pass;
    }

    /** Returns false if too many calls are in flight. If true, {@link #end} or {@link #cancel} must follow. */
    boolean begin(Pass pass) {
        boolean free = circuit.begin(pass);
        if (!free) {
            events.failed(service);
        }
        return free;
    }

    void cancel(Pass pass) {
        circuit.cancel(pass);
    }

    void end(Result<OutgoingAnswer, Why> result, Pass pass, long nanos) {
        Optional<Failure> failure = failure(result);
        events.completed(service, nanos);
        if (failure.isPresent()) {
            events.failed(service);
        }
        if (saysNothing(result) || (failure.isPresent() && excused.getAsBoolean())) {
            circuit.cancel(pass);
        } else {
            circuit.end(failure, pass, System.nanoTime());
        }
    }

    /** Nothing was sent, for a reason that is ours. */
    private static boolean saysNothing(Result<OutgoingAnswer, Why> result) {
        return result.fold(
                answered -> false, why -> why == Why.BUSY || why == Why.RESOLVER_BUSY || why == Why.ADDRESS_REFUSED);
    }

    private static Optional<Failure> failure(Result<OutgoingAnswer, Why> result) {
        return result.fold(
                answered -> answered.status() < FIRST_SERVER_ERROR ? Optional.empty() : Optional.of(Failure.ANSWERED),
                why -> Optional.of(
                        why == Why.TOO_LARGE || why == Why.REDIRECTED ? Failure.ANSWERED : Failure.NO_ANSWER));
    }
}
