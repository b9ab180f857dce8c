package dev.portcullis.edge;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.audit.Meters;
import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.broadcast.HistoryAnswer;
import dev.portcullis.broadcast.HistoryQuery;
import dev.portcullis.broadcast.Published;
import dev.portcullis.edge.Allowances.Allowance;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.Messages;
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
final class Deeds {
    private static final String HEALTHY = "ok";

    private static final Logger LOG = LoggerFactory.getLogger(Deeds.class);

    /** What of the time for a removal is left for taking the membership away. */
    private static final long FORGETTING_MS = 1_000;

    /** Of one answer to {@code history}, and of one message in it. */
    private static final long LARGEST_ANSWER = 256 << 10;

    private static final long USUAL_MESSAGE = 64 << 10;

    private final CutoffGate gate;
    private final Joining joining;
    private final Allowances allowances;
    private final RoomAuthorizer rooms;
    private final Broadcaster broadcaster;
    private final Meters meters;
    private final LongSupplier clock;

    Deeds(
            CutoffGate gate,
            Joining joining,
            Allowances allowances,
            RoomAuthorizer rooms,
            Broadcaster broadcaster,
            Meters meters,
            LongSupplier clock) {
        this.gate = gate;
        this.joining = joining;
        this.allowances = allowances;
        this.rooms = rooms;
        this.broadcaster = broadcaster;
        this.meters = meters;
        this.clock = clock;
    }

    Future<Answer> act(Connection from, ClientFrame frame, Taken taken) {
        return frame.accept(new Act(from, taken));
    }

    /** What a frame for several rooms led to: each of them has its answer. */
    Answer forEachRoom(Connection from, ClientFrame frame, Answer answer) {
        return frame instanceof ClientFrame.Join join && answer instanceof Answer.Refused refusal
                ? joining.refused(from, join, refusal)
                : answer;
    }

    private static Future<Answer> refused(Reason reason) {
        return succeededFuture(Answer.refused(Rejection.of(reason)));
    }

    private static Future<Answer> said(ServerFrame frame) {
        return succeededFuture(new Answer.Said(frame));
    }

    private final class Act extends Supported<Future<Answer>> {
        private final Connection from;
        private final Taken taken;

        Act(Connection from, Taken taken) {
            this.from = from;
            this.taken = taken;
        }

        @Override
        Future<Answer> unsupported() {
            return refused(Reason.UNSUPPORTED);
        }

        @Override
        public Future<Answer> auth(ClientFrame.Auth frame) {
            return refused(Reason.CONFLICT);
        }

        @Override
        public Future<Answer> join(ClientFrame.Join frame) {
            return joining.join(from, frame, taken);
        }

        @Override
        public Future<Answer> leave(ClientFrame.Leave frame) {
            from.seats().leave(frame.roomId());
            return said(new ServerFrame.Left(frame.envelope().id(), frame.roomId()));
        }

        @Override
        public Future<Answer> chat(ClientFrame.Chat frame) {
            return broadcaster
                    .publish(from.sender(), frame, taken.leftToAnswer(), gate.fence(from))
                    .onSuccess(this::time)
                    .map(published -> acked(frame, frame.roomId(), published));
        }

        /** What was refused took as long as it likes: it would hide how long an ack takes. */
        private void time(Published published) {
            if (published instanceof Published.Acked) {
                meters.publishTook(taken.nanosAgo());
            }
        }

        private Answer acked(ClientFrame frame, RoomId room, Published published) {
            return published.fold(
                    acked -> new Answer.Said(new ServerFrame.Ack(
                            frame.envelope().id(), new Target.ToRoom(room), acked.messageId(), acked.position())),
                    why -> Answer.refused(why, room));
        }

        @Override
        public Future<Answer> history(ClientFrame.History frame) {
            return frame.target().fold(room -> history(frame, room), user -> refused(Reason.UNSUPPORTED));
        }

        private Future<Answer> history(ClientFrame.History frame, RoomId room) {
            HistoryQuery query = new HistoryQuery(
                    from.sender().userId(),
                    StreamName.room(room),
                    frame.before(),
                    frame.after(),
                    frame.limit(),
                    from.sender().role() == Role.ADMIN);
            return allowances
                    .ask(Math.min(LARGEST_ANSWER, query.limit() * USUAL_MESSAGE), taken.leftToAnswer())
                    .compose(given -> given.map(allowance -> history(frame, query, allowance))
                            .orElseGet(() -> succeededFuture(Answer.refused(Rejection.unavailable(), room))));
        }

        private Future<Answer> history(ClientFrame.History frame, HistoryQuery query, Allowance allowance) {
            return broadcaster
                    .history(query, taken.leftToAnswer())
                    .map(answer ->
                            answer.fold(page -> replay(frame, page, allowance), why -> unread(frame, why, allowance)))
                    .onFailure(broken -> allowance.release());
        }

        private Answer unread(ClientFrame.History frame, Rejection why, Allowance allowance) {
            allowance.release();
            return frame.target().fold(room -> Answer.refused(why, room), user -> Answer.refused(why));
        }

        private Answer replay(ClientFrame.History frame, HistoryAnswer.Page page, Allowance allowance) {
            allowance.weigh(
                    page.messages().stream().mapToLong(each -> each.length).sum());
            from.replay(new ServerFrame.History(
                    frame.envelope().id(),
                    frame.target(),
                    page.epoch(),
                    Messages.of(page.messages()),
                    page.more(),
                    page.gap()));
            from.replayed().onComplete(any -> allowance.release());
            return Answer.Silent.SILENT;
        }

        @Override
        public Future<Answer> ping(ClientFrame.Ping frame) {
            return said(new ServerFrame.Pong(frame.envelope().id(), clock.getAsLong()));
        }

        @Override
        public Future<Answer> healthCheck(ClientFrame.HealthCheck frame) {
            return said(new ServerFrame.Health(
                    frame.envelope().id(), HEALTHY, from.session().expiresAt(), clock.getAsLong()));
        }

        @Override
        public Future<Answer> removeUser(ClientFrame.RemoveUser frame) {
            return broadcaster
                    .remove(from.sender(), frame, taken.leftToAnswer() - FORGETTING_MS, gate.fence(from))
                    .compose(published -> published
                            .fold(acked -> forget(frame), why -> Future.<Void>succeededFuture())
                            .map(any -> acked(frame, frame.roomId(), published)));
        }

        /** The bar holds over every grant: it is in force whether or not this comes to pass. */
        private Future<Void> forget(ClientFrame.RemoveUser frame) {
            return rooms.forget(frame.roomId(), frame.userId(), FORGETTING_MS)
                    .onFailure(broken -> LOG.atWarn()
                            .addKeyValue("event", "rooms.unforgotten")
                            .log("a membership outlasts its removal; while the bar holds it is of no use"))
                    .recover(broken -> succeededFuture());
        }
    }
}
