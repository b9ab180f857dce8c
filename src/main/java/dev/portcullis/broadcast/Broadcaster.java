package dev.portcullis.broadcast;

import dev.portcullis.broadcast.amend.Amendment;
import dev.portcullis.broadcast.notification.NotificationRequest;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusFailure;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.RepeatableRequest;
import dev.portcullis.bus.Stage;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Client of the broadcast stage. */
public final class Broadcaster {
    static final Question<PublishRequest, PublishResult> PUBLISH = new Question<>(
            Stage.BROADCAST,
            "publish",
            PublishRequest.class,
            PublishResult.class,
            request -> request.roomId().hashCode());
    static final Question<RemovalRequest, PublishResult> REMOVE = new Question<>(
            Stage.BROADCAST,
            "remove",
            RemovalRequest.class,
            PublishResult.class,
            request -> request.roomId().hashCode());
    static final Question<Amendment, PublishResult> AMEND = new Question<>(
            Stage.BROADCAST,
            "amend",
            Amendment.class,
            PublishResult.class,
            request -> request.target().fold(RoomId::hashCode, UserId::hashCode));
    static final Question<NotificationRequest, PublishResult> NOTIFY = new Question<>(
            Stage.BROADCAST,
            "notify",
            NotificationRequest.class,
            PublishResult.class,
            request -> request.from().userId().hashCode());
    static final Question<HistoryQuery, HistoryResult> HISTORY = new Question<>(
            Stage.BROADCAST,
            "history",
            HistoryQuery.class,
            HistoryResult.class,
            request -> request.stream().hashCode());
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
     * Never fails. Returns {@code unavailable} only when no attempt can succeed any more, so that this frame cannot
     * overtake the sender's next one.
     *
     * @param withinMs when the reply is due, even if the publish timeout allows more
     * @param fence until when the message may be appended, in addition to the publish timeout
     */
    public Future<PublishResult> publish(Sender from, ClientFrame.Chat frame, long withinMs, PublishFence fence) {
        long now = clock.getAsLong();
        long tryMs = tryMs(withinMs);
        String messageId = ids.next(now);
        PublishRequest request = new PublishRequest(
                from,
                frame.roomId(),
                frame.content(),
                frame.replyTo(),
                frame.attachments(),
                messageId,
                frame.envelope().id().orElse(messageId),
                now + tryMs);
        return new PublishAttempts<>(PUBLISH, request::notLaterThan, fence, tryMs).attempt();
    }

    /** Bars a user from a room and appends the notice of it, in one step. Replies like {@link #publish}. */
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

    /** Appends an edit of a message by its author. Replies like {@link #publish}. */
    public Future<PublishResult> edit(Sender from, ClientFrame.EditMessage frame, long withinMs, PublishFence fence) {
        return amend(
                from, frame.target(), frame.messageId(), Optional.of(frame.content()), false, frame, withinMs, fence);
    }

    /**
     * Appends the deletion of a message. Replies like {@link #publish}.
     *
     * @param ofAnyAuthor whether the sender may delete messages of others
     */
    public Future<PublishResult> delete(
            Sender from, ClientFrame.DeleteMessage frame, boolean ofAnyAuthor, long withinMs, PublishFence fence) {
        return amend(from, frame.target(), frame.messageId(), Optional.empty(), ofAnyAuthor, frame, withinMs, fence);
    }

    private Future<PublishResult> amend(
            Sender from,
            Target target,
            String messageId,
            Optional<String> content,
            boolean ofAnyAuthor,
            ClientFrame frame,
            long withinMs,
            PublishFence fence) {
        long now = clock.getAsLong();
        long tryMs = tryMs(withinMs);
        Amendment amendment = new Amendment(
                from,
                target,
                messageId,
                content,
                ofAnyAuthor,
                frame.envelope().id().orElseGet(() -> ids.next(now)),
                now + tryMs);
        return new PublishAttempts<>(AMEND, amendment::notLaterThan, fence, tryMs).attempt();
    }

    /** Appends a notification for every session that is open on any node. Replies like {@link #publish}. */
    public Future<PublishResult> tellAll(
            Sender from, ClientFrame.SystemBroadcast frame, long withinMs, PublishFence fence) {
        long now = clock.getAsLong();
        long tryMs = tryMs(withinMs);
        String messageId = ids.next(now);
        NotificationRequest request = new NotificationRequest(
                from, frame.content(), messageId, frame.envelope().id().orElse(messageId), now + tryMs);
        return new PublishAttempts<>(NOTIFY, request::notLaterThan, fence, tryMs).attempt();
    }

    private long tryMs(long withinMs) {
        return Math.min(config.publishTimeoutMs(), withinMs - SLACK_MS);
    }

    /** @param withinMs when the reply is due, even if the bus allows more */
    public Future<HistoryResult> history(HistoryQuery query, long withinMs) {
        return bus.asking(HISTORY).ask(query, Math.max(1, withinMs));
    }

    public Future<Position> head(StreamName stream) {
        return bus.ask(HEAD, stream);
    }

    /**
     * Repeats one publish request until an instance has appended it or the time is over. The time is measured on the
     * monotonic clock: a wall clock that is set back would prolong the attempts. Only the store compares
     * {@code notAfter} with its own clock.
     */
    private final class PublishAttempts<Q> {
        private final RepeatableRequest<Q, PublishResult> request;
        private final LongFunction<Q> bounded;
        private final PublishFence fence;
        private final long deadline;
        private long pauseMs = FIRST_PAUSE_MS;
        private boolean mayHaveRun;
        private boolean hasExpired;

        /** @param bounded makes the same request with the given {@code notAfter} */
        PublishAttempts(Question<Q, PublishResult> question, LongFunction<Q> bounded, PublishFence fence, long tryMs) {
            this.request = bus.asking(question);
            this.bounded = bounded;
            this.fence = fence;
            this.deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(tryMs);
        }

        Future<PublishResult> attempt() {
            return askUntil(fence.current(Math.max(1, leftMs())));
        }

        private Future<PublishResult> askUntil(Future<Long> notAfter) {
            return notAfter.compose(
                    notAfterMs -> request.ask(bounded.apply(notAfterMs), Math.max(1, leftMs()))
                            .compose(this::onResult, this::retry),
                    fenceFailed -> unavailable());
        }

        /**
         * The store was slow or this node was paused. Nothing was written, so the request is repeated while its session
         * is live.
         */
        private Future<PublishResult> onResult(PublishResult result) {
            if (!(result instanceof PublishResult.Expired) || leftMs() <= 0) {
                return Future.succeededFuture(result);
            }
            boolean again = hasExpired;
            hasExpired = true;
            return again ? afterPause(this::askRenewed) : askRenewed();
        }

        private Future<PublishResult> askRenewed() {
            return askUntil(fence.renewed(Math.max(1, leftMs())));
        }

        private Future<PublishResult> retry(Throwable cause) {
            mayHaveRun |=
                    !(cause instanceof BusFailure failure) || failure.kind().mayHaveRun();
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

        /**
         * Completes only when no attempt in flight can succeed any more: it must not overtake the sender's next frame.
         */
        private Future<PublishResult> unavailable() {
            PublishResult result = PublishResult.refused(Reason.UNAVAILABLE);
            return mayHaveRun
                    ? pause(Math.max(1, leftMs() + SLACK_MS)).map(any -> result)
                    : Future.succeededFuture(result);
        }

        private long leftMs() {
            return TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        }
    }

    private Future<Void> pause(long millis) {
        return vertx.timer(millis, TimeUnit.MILLISECONDS).mapEmpty();
    }
}
