package dev.portcullis.auth.mail;

import dev.portcullis.resilience.InFlightLimit;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * Mails on their way, a bounded number of them, in memory: a user whose mail is lost with this node asks for another one. Used by
 * all threads.
 */
public final class MailQueue implements AutoCloseable {
    private static final int AT_ONCE = 4;
    private static final List<Long> PAUSES_MS = List.of(1_000L, 10_000L, 60_000L);

    private final Vertx vertx;
    private final MailTransport transport;
    private final BiConsumer<Letter, MailResult> ended;
    private final LongSupplier clock;
    private final InFlightLimit places;
    private final InFlightLimit sending = new InFlightLimit(AT_ONCE);
    private final Queue<Attempt> waiting = new ArrayDeque<>();

    /**
     * @param places how many mails are kept at a time
     * @param ended is told what became of each
     */
    public MailQueue(
            Vertx vertx,
            MailTransport transport,
            int places,
            BiConsumer<Letter, MailResult> ended,
            LongSupplier clock) {
        this.vertx = vertx;
        this.transport = transport;
        this.places = new InFlightLimit(places);
        this.ended = ended;
        this.clock = clock;
    }

    private record Attempt(Letter letter, int number) {}

    /** Sends a mail soon, unless too many are on their way. */
    public void send(Letter letter) {
        if (places.tryAcquire()) {
            enqueue(new Attempt(letter, 0));
        } else {
            ended.accept(letter, MailResult.DROPPED);
        }
    }

    @Override
    public void close() {
        transport.close();
    }

    private void enqueue(Attempt attempt) {
        synchronized (waiting) {
            waiting.add(attempt);
        }
        sendNext();
    }

    private void sendNext() {
        while (sending.tryAcquire()) {
            Optional<Attempt> next = next();
            if (next.isEmpty()) {
                sending.release();
                if (isIdle()) {
                    return;
                }
            } else {
                attempt(next.get());
            }
        }
    }

    private Optional<Attempt> next() {
        synchronized (waiting) {
            return Optional.ofNullable(waiting.poll());
        }
    }

    /** One that was added while the last turn was given back must not be left. */
    private boolean isIdle() {
        synchronized (waiting) {
            return waiting.isEmpty();
        }
    }

    private void attempt(Attempt attempt) {
        if (clock.getAsLong() >= attempt.letter.expiresAt()) {
            sending.release();
            end(attempt, MailResult.DROPPED);
            return;
        }
        transport.send(attempt.letter).otherwise(MailResult.FAILED).onSuccess(result -> {
            sending.release();
            if (result == MailResult.FAILED && attempt.number < PAUSES_MS.size()) {
                vertx.setTimer(
                        PAUSES_MS.get(attempt.number), any -> enqueue(new Attempt(attempt.letter, attempt.number + 1)));
            } else {
                end(attempt, result);
            }
            vertx.runOnContext(any -> sendNext()); // a transport that fails at once must not make a deep stack
        });
    }

    private void end(Attempt attempt, MailResult result) {
        places.release();
        ended.accept(attempt.letter, result);
    }
}
