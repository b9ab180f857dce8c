package dev.portcullis.broadcast;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusFailure;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.RepeatableRequest;
import dev.portcullis.bus.Stage;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Sender;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The door of the broadcast stage. */
public final class Broadcaster {
    static final Question<PublishRequest, PublishResult> PUBLISH = new Question<>(
            Stage.BROADCAST,
            "publish",
            PublishRequest.class,
            PublishResult.class,
            asked -> asked.roomId().hashCode());
    static final Question<RemovalRequest, PublishResult> REMOVE = new Question<>(
            Stage.BROADCAST,
            "remove",
            RemovalRequest.class,
            PublishResult.class,
            asked -> asked.roomId().hashCode());
    static final Question<HistoryQuery, HistoryResult> HISTORY = new Question<>(
            Stage.BROADCAST,
            "history",
            HistoryQuery.class,
            HistoryResult.class,
            asked -> asked.stream().hashCode());
    static final Question<StreamName, Position> HEAD =
            new Question<>(Stage.BROADCAST, "head", StreamName.class, Position.class, StreamName::hashCode);

    private static final long FIRST_PAUSE_MS = 100;
    private static final long SLACK_MS = 100;

    private final Vertx vertx;
    private final Bus bus;
    private final BroadcastConfig config;
    private final LongSupplier clock;
    private final MessageIds ids = new MessageIds();

    public Broadcaster(Vertx vertx, Bus bus, BroadcastConfig config, LongSupplier clock) {
        this.vertx = vertx;
        this.bus = bus;
        this.config = config;
        this.clock = clock;
    }

    /**
     * Never fails. It answers {@code unavailable} only when no attempt can succeed any more, so that the sender's next
     * frame is not overtaken by this one.
     *
     * @param withinMs when the answer is due, however much patience there would be
     * @param fence until when it may be appended, besides
     */
    public Future<PublishResult> publish(Sender from, ClientFrame.Chat frame, long withinMs, PublishFence fence) {
        long now = clock.getAsLong();
        long tryMs = tryMs(withinMs);
        String messageId = ids.next(now);
        PublishRequest publication = new PublishRequest(
                from,
                frame.roomId(),
                frame.content(),
                frame.replyTo(),
                frame.attachments(),
                messageId,
                frame.envelope().id().orElse(messageId),
                now + tryMs);
        return new PublishAttempts<>(PUBLISH, publication::notLaterThan, fence, tryMs).attempt();
    }

    /** Bars a user from a room and says so there, in one step. Answers like {@link #publish}. */
    public Future<PublishResult> remove(Sender from, ClientFrame.RemoveUser frame, long withinMs, PublishFence fence) {
        long now = clock.getAsLong();
        long tryMs = tryMs(withinMs);
        String messageId = ids.next(now);
        RemovalRequest removal = new RemovalRequest(
                from,
                frame.roomId(),
                frame.userId(),
                frame.reason(),
                messageId,
                frame.envelope().id().orElse(messageId),
                now + tryMs);
        return new PublishAttempts<>(REMOVE, removal::notLaterThan, fence, tryMs).attempt();
    }

    private long tryMs(long withinMs) {
        return Math.min(config.publishTimeoutMs(), withinMs - SLACK_MS);
    }

    /** @param withinMs when the answer is due, however long a question may take */
    public Future<HistoryResult> history(HistoryQuery query, long withinMs) {
        return bus.asking(HISTORY).ask(query, Math.max(1, withinMs));
    }

    public Future<Position> head(StreamName stream) {
        return bus.ask(HEAD, stream);
    }

    /**
     * One publication's way to an instance that appends it. Only the store judges by its own clock, which may be set: here
     * that would prolong the way.
     */
    private final class PublishAttempts<Q> {
        private final RepeatableRequest<Q, PublishResult> request;
        private final LongFunction<Q> bounded;
        private final PublishFence fence;
        private final long deadline;
        private long pauseMs = FIRST_PAUSE_MS;
        private boolean mayHaveRun;
        private boolean hasExpired;

        /** @param fenced the same question each time, but for until when it may be done */
        PublishAttempts(Question<Q, PublishResult> question, LongFunction<Q> fenced, PublishFence fence, long tryMs) {
            this.request = bus.asking(question);
            this.bounded = fenced;
            this.fence = fence;
            this.deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(tryMs);
        }

        Future<PublishResult> attempt() {
            return askUntil(fence.current(Math.max(1, leftMs())));
        }

        private Future<PublishResult> askUntil(Future<Long> notAfter) {
            return notAfter.compose(
                    time -> request.ask(bounded.apply(time), Math.max(1, leftMs())).compose(this::onResult, this::retry),
                    fencedOff -> unavailable());
        }

        /** The store was slow or this node stood still. Nothing was written, so it may be tried while its sender is live. */
        private Future<PublishResult> onResult(PublishResult result) {
            if (!(result instanceof PublishResult.Expired) || leftMs() <= 0) {
                return Future.succeededFuture(result);
            }
            boolean repeatedly = hasExpired;
            hasExpired = true;
            return repeatedly ? afterPause(this::askRenewed) : askRenewed();
        }

        private Future<PublishResult> askRenewed() {
            return askUntil(fence.renewed(Math.max(1, leftMs())));
        }

        private Future<PublishResult> retry(Throwable broken) {
            mayHaveRun |=
                    !(broken instanceof BusFailure failure) || failure.kind().mayHaveRun();
            if (!mayHaveRun) {
                return unavailable();
            }
            return request.hasOthers() && leftMs() > 0 ? attempt() : afterPause(this::attempt);
        }

        private Future<PublishResult> afterPause(Supplier<Future<PublishResult>> then) {
            long pause = pauseMs;
            pauseMs = 2 * pause;
            return leftMs() > pause ? pause(pause).compose(any -> then.get()) : unavailable();
        }

        /** Only once what may be under way can't succeed any more: the sender's next frame must not be overtaken by it. */
        private Future<PublishResult> unavailable() {
            PublishResult unknown = PublishResult.refused(Reason.UNAVAILABLE);
            return mayHaveRun
                    ? pause(Math.max(1, leftMs() + SLACK_MS)).map(any -> unknown)
                    : Future.succeededFuture(unknown);
        }

        private long leftMs() {
            return TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        }
    }

    private Future<Void> pause(long millis) {
        return vertx.timer(millis, TimeUnit.MILLISECONDS).mapEmpty();
    }
}
