package dev.portcullis.broadcast;

import dev.portcullis.broadcast.amend.Amendment;
import dev.portcullis.broadcast.notification.NotificationRequest;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.TransientFrame;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;

/** The stage client for publishing and history. */
public final class Broadcaster {
    static final Question<PublishRequest, PublishResult> PUBLISH = new Question<>(
            Stage.BROADCAST,
            "publish",
            PublishRequest.class,
            PublishResult.class,
            request -> request.roomId().hashCode());
    static final Question<EventRequest, PublishResult> PUBLISH_EVENT = new Question<>(
            Stage.BROADCAST,
            "publish_event",
            EventRequest.class,
            PublishResult.class,
            request -> request.target().fold(RoomId::hashCode, UserId::hashCode));
    static final Question<UnstoredEvent, Verdict> SEND_UNSTORED = new Question<>(
            Stage.BROADCAST,
            "send_unstored",
            UnstoredEvent.class,
            Verdict.class,
            request -> request.target().fold(RoomId::hashCode, UserId::hashCode));
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
    static final Question<DetachRequest, PublishResult> DETACH = new Question<>(
            Stage.BROADCAST,
            "detach",
            DetachRequest.class,
            PublishResult.class,
            request -> request.roomId().hashCode());
    static final Question<HistoryQuery, HistoryResult> HISTORY = new Question<>(
            Stage.BROADCAST,
            "history",
            HistoryQuery.class,
            HistoryResult.class,
            request -> request.stream().hashCode());
    static final Question<Transients, Sent> SEND = new Question<>(
            Stage.BROADCAST,
            "send",
            Transients.class,
            Sent.class,
            request -> request.frames().hashCode());
    static final Question<StreamName, Position> HEAD =
            new Question<>(Stage.BROADCAST, "head", StreamName.class, Position.class, StreamName::hashCode);

    static final Question<StreamName, Noted> NOTE_DETACHMENT =
            new Question<>(Stage.BROADCAST, "note_detachment", StreamName.class, Noted.class, StreamName::hashCode);

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

    /** Makes the request of an attempt, from the id of its entry, its {@code notAfter} and its permit. */
    private interface Attempt<Q> {
        Q request(String messageId, long notAfter, Permit permit);
    }

    /**
     * Publishes a message. Never fails. Returns {@code unavailable} only when no attempt can succeed any more, so that this frame
     * cannot overtake the sender's next one.
     *
     * @param withinMs the time in which the reply is due, even if the publish timeout allows more
     * @param fence the time until which the message may be appended, in addition to the publish timeout
     */
    public Future<PublishResult> publish(
            Sender from, ClientFrame.Chat frame, RenewablePermit permission, long withinMs, PublishFence fence) {
        return ask(
                PUBLISH,
                (messageId, notAfter, permit) -> new PublishRequest(
                        from,
                        frame.roomId(),
                        frame.content(),
                        frame.replyTo(),
                        frame.attachments(),
                        messageId,
                        frame.envelope().id().orElse(messageId),
                        notAfter,
                        permit),
                permission,
                withinMs,
                fence);
    }

    /** Appends an event of the application to a room. Replies like the publication of a message. */
    public Future<PublishResult> publish(
            Sender from, ClientFrame.Event frame, RenewablePermit permission, long withinMs, PublishFence fence) {
        return ask(
                PUBLISH_EVENT,
                (messageId, notAfter, permit) -> EventRequest.of(from, frame, messageId, notAfter, permit),
                permission,
                withinMs,
                fence);
    }

    /**
     * Sends an event of the application once to the connected users: it may be lost, and no user hears of that. Refuses a user
     * who is barred; a sender whom the recipient blocks is not told.
     */
    public Future<Verdict> sendUnstored(Sender from, ClientFrame.Event frame) {
        return bus.ask(SEND_UNSTORED, new UnstoredEvent(from, frame.target(), frame.event(), frame.data()));
    }

    /**
     * Bars a user from a room, ends their membership and appends the notice of it, in one step. Replies like {@link #publish}.
     *
     * @param permission the permission; its permit ends the membership
     */
    public Future<PublishResult> remove(
            Sender from, ClientFrame.RemoveUser frame, RenewablePermit permission, long withinMs, PublishFence fence) {
        return ask(
                REMOVE,
                (messageId, notAfter, permit) -> new RemovalRequest(
                        from,
                        frame.roomId(),
                        frame.userId(),
                        frame.reason(),
                        messageId,
                        frame.envelope().id().orElse(messageId),
                        notAfter,
                        permit),
                permission,
                withinMs,
                fence);
    }

    /**
     * Asks for an append of another kind, and replies like {@link #publish}.
     *
     * @param request makes the request of each attempt, from the id of its entry and its {@code notAfter}
     */
    public <Q> Future<PublishResult> append(
            Question<Q, PublishResult> question,
            BiFunction<String, Long, Q> request,
            long withinMs,
            PublishFence fence) {
        return ask(
                question,
                (messageId, notAfter, permit) -> request.apply(messageId, notAfter),
                RenewablePermit.UNCONDITIONAL,
                withinMs,
                fence);
    }

    /** Appends an edit of a message by its author. Replies like {@link #publish}. */
    public Future<PublishResult> edit(
            Sender from, ClientFrame.EditMessage frame, RenewablePermit permission, long withinMs, PublishFence fence) {
        return ask(
                AMEND,
                (key, notAfter, permit) -> new Amendment(
                        from,
                        frame.target(),
                        frame.messageId(),
                        Optional.of(frame.content()),
                        false,
                        frame.envelope().id().orElse(key),
                        notAfter,
                        permit),
                permission,
                withinMs,
                fence);
    }

    /**
     * Appends the deletion of a message. Replies like {@link #publish}.
     *
     * @param ofAnyAuthor whether the sender may delete messages of others
     */
    public Future<PublishResult> delete(
            Sender from,
            ClientFrame.DeleteMessage frame,
            boolean ofAnyAuthor,
            RenewablePermit permission,
            long withinMs,
            PublishFence fence) {
        return ask(
                AMEND,
                (key, notAfter, permit) -> new Amendment(
                        from,
                        frame.target(),
                        frame.messageId(),
                        Optional.empty(),
                        ofAnyAuthor,
                        frame.envelope().id().orElse(key),
                        notAfter,
                        permit),
                permission,
                withinMs,
                fence);
    }

    /** Appends a notification for every session that is open on any node. Replies like {@link #publish}. */
    public Future<PublishResult> tellAll(
            Sender from, ClientFrame.SystemBroadcast frame, long withinMs, PublishFence fence) {
        return append(
                NOTIFY,
                (messageId, notAfter) -> new NotificationRequest(
                        from, frame.content(), messageId, frame.envelope().id().orElse(messageId), notAfter),
                withinMs,
                fence);
    }

    /**
     * Ends a user's own membership and subscriptions in one step. Replies like {@link #publish}, and with {@code not_found} to a
     * user who neither is a member nor was one recently.
     *
     * @param permission the permission; its permit ends the membership
     */
    public Future<PublishResult> leave(UserId user, RoomId room, RenewablePermit permission, long withinMs) {
        return detach(user, room, Optional.of(user), permission, withinMs);
    }

    /** Ends all subscriptions to a room that was deleted. Replies like {@link #publish}. */
    public Future<PublishResult> detachAll(UserId by, RoomId room, long withinMs) {
        return detach(by, room, Optional.empty(), RenewablePermit.UNCONDITIONAL, withinMs);
    }

    private Future<PublishResult> detach(
            UserId by, RoomId room, Optional<UserId> user, RenewablePermit permission, long withinMs) {
        return ask(
                DETACH,
                (messageId, notAfter, permit) -> new DetachRequest(by, room, user, messageId, notAfter, permit),
                permission,
                withinMs,
                PublishFence.until(clock.getAsLong() + tryMs(withinMs)));
    }

    private <Q> Future<PublishResult> ask(
            Question<Q, PublishResult> question,
            Attempt<Q> attempt,
            RenewablePermit permission,
            long withinMs,
            PublishFence fence) {
        long now = clock.getAsLong();
        long tryMs = tryMs(withinMs);
        String messageId = ids.next(now);
        return new PublishAttempts<Q>(
                        vertx,
                        bus.asking(question),
                        (end, permit) -> attempt.request(messageId, Math.min(now + tryMs, end), permit),
                        permission,
                        fence,
                        tryMs)
                .attempt();
    }

    private long tryMs(long withinMs) {
        return Math.min(config.publishTimeoutMs(), withinMs - PublishAttempts.SLACK_MS);
    }

    /** @param withinMs the time in which the reply is due, even if the bus allows more */
    public Future<HistoryResult> history(HistoryQuery query, long withinMs) {
        return bus.asking(HISTORY).ask(query, Math.max(1, withinMs));
    }

    /**
     * Sends frames that are not kept to the connected users. They may be lost, and no user hears of that.
     *
     * @return completes when the stage has taken the frames; a caller with many must not send the next ones before
     */
    public Future<?> send(List<TransientFrame> frames) {
        return bus.ask(SEND, new Transients(frames));
    }

    /** Notes that users may have lost their access to a stream without an entry that says so. */
    public Future<Void> noteDetachment(StreamName stream) {
        return bus.ask(NOTE_DETACHMENT, stream).mapEmpty();
    }

    /** The answer of {@link #noteDetachment}. */
    record Noted() {}

    /** The request of {@link #send}. */
    record Transients(List<TransientFrame> frames) {}

    /** The answer of {@link #send}. */
    record Sent() {}

    public Future<Position> head(StreamName stream) {
        return bus.ask(HEAD, stream);
    }
}
