package dev.portcullis.bus;

import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.bus.BusFailure.Kind;
import dev.portcullis.bus.InstanceDirectory.Choice;
import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.resilience.CircuitBreaker.Failure;
import io.vertx.core.Future;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;

/**
 * Sends questions to instances, bounds how many are in flight, and records the outcome in the circuit breaker of the
 * instance.
 */
final class RequestDispatcher {
    private static final long LOCAL_PAUSE_MS = 250;

    private final RequestSender sender;
    private final Metrics metrics;
    private final ObjLongConsumer<Stage> requests;
    private final int most;
    private final Map<Stage, Semaphore> inFlight = new EnumMap<>(Stage.class);

    RequestDispatcher(RequestSender sender, BusConfig config, Metrics metrics) {
        this.sender = sender;
        this.metrics = metrics;
        this.requests = metrics.timers(Metric.BUS_REQUEST, Stage.class, Stage::id);
        this.most = config.inFlight();
        for (Stage stage : Stage.values()) {
            inFlight.put(stage, new Semaphore(most));
        }
    }

    int inFlight(Stage stage) {
        return most - limit(stage).availablePermits();
    }

    /**
     * Fails only with a {@link BusFailure}.
     *
     * @param onFailure says how it goes on after a failure
     */
    <Q, A> Future<A> call(
            Question<Q, A> question, Choice choice, Q body, long millis, Function<BusFailure, Future<A>> onFailure) {
        Stage stage = question.stage();
        StageInstance instance = choice.instance();
        if (!limit(stage).tryAcquire()) {
            instance.breaker().recordCancelled(choice.pass());
            return onFailure.apply(new BusFailure(Kind.OVERLOADED, stage));
        }
        if (!instance.inFlight().tryAcquire()) {
            limit(stage).release();
            instance.breaker().recordCancelled(choice.pass());
            return onFailure.apply(new BusFailure(Kind.OVERLOADED, stage));
        }
        long began = System.nanoTime();
        instance.answers().asked(began);
        return ask(question, instance, body, millis).transform((answer, cause) -> {
            limit(stage).release();
            instance.inFlight().release();
            long took = System.nanoTime() - began;
            requests.accept(stage, took);
            if (cause == null || isReply(cause)) {
                instance.answers().answered();
            }
            if (cause == null) {
                instance.breaker().recordSuccess();
                return Future.succeededFuture(answer);
            }
            if (isUnavailable(cause)) { // a reply of a healthy instance
                instance.breaker().recordSuccess();
                return onFailure.apply(new BusFailure(Kind.FAILED, stage));
            }
            Kind kind = kindOf(cause);
            recordFailure(kind, choice, TimeUnit.NANOSECONDS.toMillis(took), millis);
            return onFailure.apply(new BusFailure(kind, stage));
        });
    }

    /** An exception is a failure like any other. */
    private <Q, A> Future<A> ask(Question<Q, A> question, StageInstance instance, Q body, long millis) {
        try {
            return sender.ask(question, instance, body, millis);
        } catch (RuntimeException | Error notSent) {
            return Future.failedFuture(notSent);
        }
    }

    /** After a pause of this node every answer is late, which says nothing about the instances it asked. */
    private void recordFailure(Kind kind, Choice choice, long tookMs, long millis) {
        CircuitBreaker breaker = choice.instance().breaker();
        if (kind == Kind.TIMEOUT && tookMs - millis > LOCAL_PAUSE_MS) {
            breaker.recordCancelled(choice.pass());
        } else if (breaker.recordFailure(failureOf(kind), choice.pass(), System.nanoTime())) {
            metrics.count(Metric.BREAKERS_OPENED);
        }
    }

    private Semaphore limit(Stage stage) {
        return Objects.requireNonNull(inFlight.get(stage));
    }

    private static Failure failureOf(Kind kind) {
        return kind == Kind.FAILED ? Failure.ANSWERED : Failure.NO_ANSWER;
    }

    private static boolean isUnavailable(Throwable cause) {
        return cause instanceof ReplyException reply && reply.failureCode() == ConsumerRegistry.UNAVAILABLE;
    }

    private static boolean isReply(Throwable cause) {
        return cause instanceof ReplyException reply && reply.failureType() == ReplyFailure.RECIPIENT_FAILURE;
    }

    private static Kind kindOf(Throwable cause) {
        if (cause instanceof ReplyException reply) {
            if (reply.failureType() == ReplyFailure.NO_HANDLERS) {
                return Kind.NO_INSTANCE;
            }
            if (reply.failureType() == ReplyFailure.TIMEOUT) {
                return Kind.TIMEOUT;
            }
        }
        return Kind.FAILED;
    }
}
