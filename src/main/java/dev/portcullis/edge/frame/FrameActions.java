package dev.portcullis.edge.frame;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.broadcast.HistoryQuery;
import dev.portcullis.broadcast.HistoryResult;
import dev.portcullis.broadcast.PublishResult;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameDeadline;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.connection.ReplyReservations;
import dev.portcullis.edge.connection.ReplyReservations.Allowance;
import dev.portcullis.edge.session.CutoffGate;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.JsonMessages;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.ServerFrame;
import dev.portcullis.protocol.Target;
import dev.portcullis.rooms.RoomAuthorizer;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what a frame asks, once it may. One method for each kind of frame. */
public final class FrameActions {
    private static final String HEALTHY = "ok";

    private static final Logger LOG = LoggerFactory.getLogger(FrameActions.class);

    /** What of the time for a removal is left for taking the membership away. */
    private static final long MEMBERSHIP_REMOVAL_MS = 1_000;

    /** Of one answer to {@code history}, and of one message in it. */
    private static final long LARGEST_ANSWER = 256 << 10;

    private static final long USUAL_MESSAGE = 64 << 10;

    private final CutoffGate gate;
    private final JoinHandler joins;
    private final ReplyReservations reservations;
    private final RoomAuthorizer rooms;
    private final Broadcaster broadcaster;
    private final Metrics metrics;
    private final LongSupplier clock;

    public FrameActions(
            CutoffGate gate,
            JoinHandler joins,
            ReplyReservations reservations,
            RoomAuthorizer rooms,
            Broadcaster broadcaster,
            Metrics metrics,
            LongSupplier clock) {
        this.gate = gate;
        this.joins = joins;
        this.reservations = reservations;
        this.rooms = rooms;
        this.broadcaster = broadcaster;
        this.metrics = metrics;
        this.clock = clock;
    }

    Future<FrameOutcome> act(Connection from, ClientFrame frame, FrameDeadline deadline) {
        return frame.accept(new Act(from, deadline));
    }

    /** What a frame for several rooms led to: each of them has its answer. */
    FrameOutcome forEachRoom(Connection from, ClientFrame frame, FrameOutcome outcome) {
        return frame instanceof ClientFrame.Join join && outcome instanceof FrameOutcome.Refused refusal
                ? joins.refused(from, join, refusal)
                : outcome;
    }

    private static Future<FrameOutcome> refused(Reason reason) {
        return succeededFuture(FrameOutcome.refused(Rejection.of(reason)));
    }

    private static Future<FrameOutcome> said(ServerFrame frame) {
        return succeededFuture(new FrameOutcome.Reply(frame));
    }

    private final class Act extends SupportedFrames<Future<FrameOutcome>> {
        private final Connection from;
        private final FrameDeadline deadline;

        Act(Connection from, FrameDeadline deadline) {
            this.from = from;
            this.deadline = deadline;
        }

        @Override
        Future<FrameOutcome> unsupported() {
            return refused(Reason.UNSUPPORTED);
        }

        @Override
        public Future<FrameOutcome> auth(ClientFrame.Auth frame) {
            return refused(Reason.CONFLICT);
        }

        @Override
        public Future<FrameOutcome> join(ClientFrame.Join frame) {
            return joins.join(from, frame, deadline);
        }

        @Override
        public Future<FrameOutcome> leave(ClientFrame.Leave frame) {
            from.subscriptions().leave(frame.roomId());
            return said(new ServerFrame.Left(frame.envelope().id(), frame.roomId()));
        }

        @Override
        public Future<FrameOutcome> chat(ClientFrame.Chat frame) {
            return broadcaster
                    .publish(from.sender(), frame, deadline.leftToAnswer(), gate.fence(from))
                    .onSuccess(this::time)
                    .map(result -> acked(frame, frame.roomId(), result));
        }

        /** What was refused took as long as it likes: it would hide how long an ack takes. */
        private void time(PublishResult result) {
            if (result instanceof PublishResult.Acked) {
                metrics.publishTimed(deadline.elapsedNanos());
            }
        }

        private FrameOutcome acked(ClientFrame frame, RoomId room, PublishResult result) {
            return result.fold(
                    acked -> new FrameOutcome.Reply(new ServerFrame.Ack(
                            frame.envelope().id(), new Target.ToRoom(room), acked.messageId(), acked.position())),
                    why -> FrameOutcome.refused(why, room));
        }

        @Override
        public Future<FrameOutcome> history(ClientFrame.History frame) {
            return frame.target().fold(room -> history(frame, room), user -> refused(Reason.UNSUPPORTED));
        }

        private Future<FrameOutcome> history(ClientFrame.History frame, RoomId room) {
            HistoryQuery query = new HistoryQuery(
                    from.sender().userId(),
                    StreamName.room(room),
                    frame.before(),
                    frame.after(),
                    frame.limit(),
                    from.sender().role() == Role.ADMIN);
            return reservations
                    .reserve(Math.min(LARGEST_ANSWER, query.limit() * USUAL_MESSAGE), deadline.leftToAnswer())
                    .compose(given -> given.map(allowance -> history(frame, query, allowance))
                            .orElseGet(() -> succeededFuture(FrameOutcome.refused(Rejection.unavailable(), room))));
        }

        private Future<FrameOutcome> history(ClientFrame.History frame, HistoryQuery query, Allowance allowance) {
            return broadcaster
                    .history(query, deadline.leftToAnswer())
                    .map(answer ->
                            answer.fold(page -> replay(frame, page, allowance), why -> unread(frame, why, allowance)))
                    .onFailure(broken -> allowance.release());
        }

        private FrameOutcome unread(ClientFrame.History frame, Rejection why, Allowance allowance) {
            allowance.release();
            return frame.target().fold(room -> FrameOutcome.refused(why, room), user -> FrameOutcome.refused(why));
        }

        private FrameOutcome replay(ClientFrame.History frame, HistoryResult.Page page, Allowance allowance) {
            allowance.resize(
                    page.messages().stream().mapToLong(each -> each.length).sum());
            from.replay(new ServerFrame.History(
                    frame.envelope().id(),
                    frame.target(),
                    page.epoch(),
                    JsonMessages.of(page.messages()),
                    page.more(),
                    page.gap()));
            from.replayed().onComplete(any -> allowance.release());
            return FrameOutcome.None.NONE;
        }

        @Override
        public Future<FrameOutcome> ping(ClientFrame.Ping frame) {
            return said(new ServerFrame.Pong(frame.envelope().id(), clock.getAsLong()));
        }

        @Override
        public Future<FrameOutcome> healthCheck(ClientFrame.HealthCheck frame) {
            return said(new ServerFrame.Health(
                    frame.envelope().id(), HEALTHY, from.session().expiresAt(), clock.getAsLong()));
        }

        @Override
        public Future<FrameOutcome> removeUser(ClientFrame.RemoveUser frame) {
            return broadcaster
                    .remove(from.sender(), frame, deadline.leftToAnswer() - MEMBERSHIP_REMOVAL_MS, gate.fence(from))
                    .compose(result -> result.fold(acked -> forget(frame), why -> Future.<Void>succeededFuture())
                            .map(any -> acked(frame, frame.roomId(), result)));
        }

        /** The bar holds over every grant: it is in force whether or not this comes to pass. */
        private Future<Void> forget(ClientFrame.RemoveUser frame) {
            return rooms.removeMember(frame.roomId(), frame.userId(), MEMBERSHIP_REMOVAL_MS)
                    .onFailure(broken -> LOG.atWarn()
                            .addKeyValue("event", "rooms.member.removal.failed")
                            .log("a membership outlasts its removal; while the bar holds it is of no use"))
                    .recover(broken -> succeededFuture());
        }
    }
}
