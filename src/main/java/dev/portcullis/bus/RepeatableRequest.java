package dev.portcullis.bus;

import dev.portcullis.bus.BusFailure.Kind;
import dev.portcullis.bus.InstanceDirectory.Choice;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A question that may be asked more than once, if possible at another instance each time. Not thread-safe: one attempt
 * at a time.
 */
public final class RepeatableRequest<Q, A> {
    private final Question<Q, A> question;
    private final InstanceDirectory instances;
    private final RequestDispatcher dispatcher;
    private final long maxMs;
    private final List<StageInstance> tried = new ArrayList<>(1);

    RepeatableRequest(Question<Q, A> question, InstanceDirectory instances, RequestDispatcher dispatcher, long mostMs) {
        this.question = question;
        this.instances = instances;
        this.dispatcher = dispatcher;
        this.maxMs = mostMs;
    }

    /**
     * Waits at most this long, and never longer than the deadline of the bus. If an instance surely did not receive the
     * question, the next one is asked. Fails only with a {@link BusFailure}.
     */
    public Future<A> ask(Q body, long millis) {
        long now = System.nanoTime();
        long until = now + TimeUnit.MILLISECONDS.toNanos(Math.min(millis, maxMs));
        Optional<Choice> choice = choose(body, now);
        if (choice.isEmpty()) {
            tried.clear();
            choice = choose(body, now);
        }
        return choice.isPresent()
                ? ask(body, choice.get(), until)
                : Future.failedFuture(new BusFailure(Kind.NO_INSTANCE, question.stage()));
    }

    /** Whether an available instance exists that was not asked yet. */
    public boolean hasOthers() {
        return instances.hasOthers(question.stage(), tried, System.nanoTime());
    }

    private Optional<Choice> choose(Q body, long now) {
        return instances.choose(question.stage(), question.key().applyAsInt(body), tried, now);
    }

    private Future<A> ask(Q body, Choice choice, long until) {
        tried.add(choice.instance());
        long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime() + 999_999);
        return dispatcher.call(question, choice, body, Math.max(1, left), failure -> askNext(body, failure, until));
    }

    private Future<A> askNext(Q body, BusFailure failure, long until) {
        boolean mayRepeat = !failure.kind().mayHaveRun() && System.nanoTime() - until < 0;
        return (mayRepeat ? choose(body, System.nanoTime()) : Optional.<Choice>empty())
                .map(next -> ask(body, next, until))
                .orElseGet(() -> Future.failedFuture(failure));
    }
}
