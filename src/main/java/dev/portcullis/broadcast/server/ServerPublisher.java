package dev.portcullis.broadcast.server;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusFailure;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.RepeatableRequest;
import dev.portcullis.bus.Stage;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The stage client for messages of the application's server. */
public final class ServerPublisher {
    static final Question<ServerBatch, Outcomes> PUBLISH = new Question<>(
            Stage.BROADCAST,
            "publish_all",
            ServerBatch.class,
            Outcomes.class,
            batch -> batch.to().fold(RoomId::hashCode, UserId::hashCode));

    private static final long PAUSE_MS = 100;

    private final Vertx vertx;
    private final Bus bus;
    private final long timeoutMs;
    private final LongSupplier clock;

    /** The answer of {@link #PUBLISH}: one for each message, in their order. */
    record Outcomes(List<ServerOutcome> outcomes) {}

    /** @param timeoutMs the longest time for which a call tries to find an instance that appends its messages */
    public ServerPublisher(Vertx vertx, Bus bus, long timeoutMs, LongSupplier clock) {
        this.vertx = vertx;
        this.bus = bus;
        this.timeoutMs = timeoutMs;
        this.clock = clock;
    }

    /**
     * Publishes messages. Never fails. Returns one outcome for each message, in their order.
     *
     * @param undelivered how many of them may wait in one inbox
     */
    public Future<List<ServerOutcome>> publish(Target to, List<SystemMessage> messages, int undelivered) {
        ServerBatch batch = new ServerBatch(to, messages, undelivered, clock.getAsLong() + timeoutMs);
        return attempt(
                        batch,
                        bus.asking(PUBLISH),
                        System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs),
                        PAUSE_MS)
                .otherwise(messages.stream()
                        .map(each -> ServerOutcome.refused(Reason.UNAVAILABLE))
                        .toList());
    }

    /**
     * Repeats the attempt if its answer is lost: an attempt under the same keys does no harm. An event that is not stored must be
     * sent at most once, and may have been sent, so a repeat leaves it out.
     */
    private Future<List<ServerOutcome>> attempt(
            ServerBatch batch, RepeatableRequest<ServerBatch, Outcomes> request, long deadline, long pauseMs) {
        ServerBatch again = batch.ofStored();
        return request.ask(batch, Math.max(1, leftMs(deadline)))
                .map(Outcomes::outcomes)
                .recover(cause -> mayHaveRun(cause)
                                && leftMs(deadline) > pauseMs
                                && !again.messages().isEmpty()
                        ? vertx.timer(pauseMs, TimeUnit.MILLISECONDS)
                                .compose(any -> attempt(again, request, deadline, 2 * pauseMs))
                                .map(outcomes -> inPlace(batch, outcomes.iterator()))
                        : Future.failedFuture(cause));
    }

    private static List<ServerOutcome> inPlace(ServerBatch batch, Iterator<ServerOutcome> ofStored) {
        return batch.messages().stream()
                .map(each -> each.stored() ? ofStored.next() : ServerOutcome.refused(Reason.UNAVAILABLE))
                .toList();
    }

    /** Whether an attempt may have run. A stage that is not there, or has too much to do, is not asked again: its caller will. */
    private static boolean mayHaveRun(Throwable cause) {
        return !(cause instanceof BusFailure failure) || failure.kind().mayHaveRun();
    }

    private static long leftMs(long deadline) {
        return TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    }
}
