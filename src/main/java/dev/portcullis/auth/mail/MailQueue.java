package dev.portcullis.auth.mail;

import dev.portcullis.auth.mail.MailTurns.Destination;
import dev.portcullis.auth.mail.MailTurns.Turn;
import dev.portcullis.auth.mail.MailTurns.Waiting;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Mails on their way, a bounded number of them, in memory: a user whose mail is lost with this node asks for another one. Used by
 * all threads.
 */
public final class MailQueue implements AutoCloseable {
    private static final List<Long> PAUSES_MS = List.of(1_000L, 10_000L, 60_000L);

    private final Vertx vertx;
    private final MailTransport transport;
    private final BiConsumer<Letter, MailResult> ended;
    private final LongSupplier clock;
    private final MailTurns<Mail> turns;
    private volatile boolean closed;

    /**
     * @param places how many mails are kept at a time
     * @param ended is told the result of each mail
     */
    public MailQueue(
            Vertx vertx,
            MailTransport transport,
            int places,
            BiConsumer<Letter, MailResult> ended,
            LongSupplier clock) {
        this.vertx = vertx;
        this.transport = transport;
        this.ended = ended;
        this.clock = clock;
        this.turns = new MailTurns<>(places, transport.timeoutMs());
    }

    private record Mail(Letter letter, Promise<MailResult> result) {}

    /** Sends a mail soon, unless too many are on their way. Completes with what became of it. */
    public Future<MailResult> send(Letter letter) {
        Mail mail = new Mail(letter, Promise.promise());
        inTurn(() -> turns.add(new Destination(letter.domain(), letter.proved()), mail))
                .ifPresent(dropped -> end(dropped, MailResult.DROPPED));
        sendNext();
        return mail.result.future();
    }

    /** Begins no further mail. */
    @Override
    public void close() {
        closed = true;
        transport.close();
    }

    private void sendNext() {
        for (Optional<Turn<Mail>> next = next(); next.isPresent(); next = next()) {
            attempt(next.get());
        }
    }

    private Optional<Turn<Mail>> next() {
        return closed ? Optional.empty() : inTurn(turns::next);
    }

    private void attempt(Turn<Mail> turn) {
        Letter letter = turn.mail().letter;
        if (clock.getAsLong() >= letter.expiresAt()) {
            doInTurn(() -> turns.end(turn));
            end(turn.mail(), MailResult.DROPPED);
            return;
        }
        long drags = vertx.setTimer(MailTurns.PROMPT_MS, any -> {
            doInTurn(() -> turns.drags(turn));
            sendNext();
        });
        transport.send(letter).otherwise(MailResult.FAILED).onSuccess(result -> {
            vertx.cancelTimer(drags);
            if (result == MailResult.FAILED && turn.tries() < PAUSES_MS.size()) {
                Waiting<Mail> paused = inTurn(() -> turns.pause(turn));
                vertx.setTimer(PAUSES_MS.get(turn.tries()), any -> {
                    doInTurn(() -> turns.resume(paused));
                    sendNext();
                });
            } else {
                doInTurn(() -> {
                    if (result != MailResult.FAILED) {
                        turns.answered(turn);
                    }
                    turns.end(turn);
                });
                end(turn.mail(), result);
            }
            vertx.runOnContext(any -> sendNext()); // a transport that fails at once must not make a deep stack
        });
    }

    private void end(Mail mail, MailResult result) {
        ended.accept(mail.letter, result);
        mail.result.complete(result);
    }

    private synchronized <T> T inTurn(Supplier<T> step) {
        return step.get();
    }

    private synchronized void doInTurn(Runnable step) {
        step.run();
    }
}
