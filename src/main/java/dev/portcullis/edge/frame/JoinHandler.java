package dev.portcullis.edge.frame;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.edge.connection.ClearableReference;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameDeadline;
import dev.portcullis.edge.connection.FrameFailures;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.connection.LocalRooms;
import dev.portcullis.edge.connection.ReplyReservations;
import dev.portcullis.edge.connection.ReplyReservations.Allowance;
import dev.portcullis.edge.connection.ReplyWriter;
import dev.portcullis.edge.session.CutoffGate;
import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.ServerFrame;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.rooms.RoomAuthorizer;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.delivery.StreamHub;
import dev.portcullis.streams.delivery.Subscriber;
import dev.portcullis.streams.delivery.Subscription;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Seats a connection in rooms, one after the other. What was missed in a room follows in frames, and nothing is read
 * before the peer has taken the last of them, so that a reader who is slow holds one. How long that takes is the peer's
 * affair: each frame has its own time to be answered, and the connection's next frame waits for the last one.
 */
public final class JoinHandler {
    /** So many a person has open at once; who fills a node with rooms has more. */
    private static final int FEW_ROOMS = 10;

    private final CutoffGate gate;
    private final RoomAuthorizer rooms;
    private final StreamHub hub;
    private final LocalRooms localRooms;
    private final ReplyWriter replies;
    private final TimerWheel timers;
    private final int roomsPerConnection;
    private final ReplyReservations reservations;
    private final int partBytes;

    /** @param partBytes the most that one frame of a resume brings */
    public JoinHandler(
            CutoffGate gate,
            RoomAuthorizer rooms,
            StreamHub hub,
            LocalRooms localRooms,
            ReplyWriter replies,
            TimerWheel timers,
            int roomsPerConnection,
            ReplyReservations reservations,
            int partBytes) {
        this.gate = gate;
        this.rooms = rooms;
        this.hub = hub;
        this.localRooms = localRooms;
        this.replies = replies;
        this.timers = timers;
        this.roomsPerConnection = roomsPerConnection;
        this.reservations = reservations;
        this.partBytes = partBytes;
    }

    Future<FrameOutcome> join(Connection from, ClientFrame.Join frame, FrameDeadline deadline) {
        return next(from, frame.envelope().id(), frame.rooms().iterator(), deadline);
    }

    /**
     * Refuses all rooms of a frame that was refused before its first room was looked at. A limit concerns the frame, and a
     * client over its limits is not given more to read for it.
     *
     * @return what the last of them is answered
     */
    FrameOutcome refused(Connection from, ClientFrame.Join frame, FrameOutcome.Refused refusal) {
        List<ClientFrame.RoomJoin> wishes = frame.rooms();
        int last = wishes.size() - 1;
        boolean limited = refusal.why().fold(limit -> true, failed -> false);
        if (refusal.roomId().isPresent() || (limited && last > 0)) {
            return refusal;
        }
        for (ClientFrame.RoomJoin wish : wishes.subList(0, last)) {
            replies.write(
                    from,
                    about(FrameOutcome.refused(refusal.why()), frame.envelope().id(), wish));
        }
        return about(refusal, frame.envelope().id(), wishes.get(last));
    }

    private static FrameOutcome about(FrameOutcome outcome, Optional<String> id, ClientFrame.RoomJoin wish) {
        return outcome.to(id)
                .in(wish.roomId())
                .about(FrameType.JOIN, Optional.of(wish.roomId().value()));
    }

    private Future<FrameOutcome> next(
            Connection from, Optional<String> id, Iterator<ClientFrame.RoomJoin> wishes, FrameDeadline deadline) {
        ClientFrame.RoomJoin wish = wishes.next();
        Future<FrameOutcome> outcome = one(from, id, wish, deadline)
                .recover(broken -> succeededFuture(FrameFailures.outcomeOf(broken, FrameType.JOIN)))
                .map(said -> about(said, id, wish));
        if (!wishes.hasNext()) {
            return outcome;
        }
        return outcome.compose(said -> {
                    replies.write(from, said);
                    return from.replayed();
                })
                .compose(any -> from.isClosing()
                        ? succeededFuture(FrameOutcome.None.NONE)
                        : next(from, id, wishes, FrameDeadline.now()));
    }

    private Future<FrameOutcome> one(
            Connection from, Optional<String> id, ClientFrame.RoomJoin wish, FrameDeadline deadline) {
        return gate.awaitFresh(from, FrameType.JOIN, deadline) // a list of rooms may take long
                .compose(verdict -> verdict.fold(
                        () -> rooms.authorize(from.sender(), FrameType.JOIN, wish.roomId()),
                        why -> succeededFuture(verdict)))
                .map(verdict -> verdict.fold(() -> room(from, wish.roomId()), Verdict::refused))
                .compose(verdict -> verdict.fold(
                        () -> attach(from, id, wish, deadline), why -> succeededFuture(FrameOutcome.refused(why))));
    }

    private Verdict room(Connection from, RoomId roomId) {
        return from.subscriptions().isIn(roomId) || from.subscriptions().count() < roomsPerConnection
                ? Verdict.GRANTED
                : Verdict.refused(Reason.CONFLICT);
    }

    private Future<FrameOutcome> attach(
            Connection from, Optional<String> id, ClientFrame.RoomJoin wish, FrameDeadline deadline) {
        PendingJoin pendingJoin = new PendingJoin(from, id, wish);
        pendingJoin.begin(deadline);
        return pendingJoin.outcome.future();
    }

    /** Takes what it missed part by part, and its seat with the last one, in one go between two deliveries. */
    private final class PendingJoin implements Subscriber {
        private final Connection connection;
        private final Optional<String> id;
        private final ClientFrame.RoomJoin request;
        private final RoomId roomId;
        private final boolean admin;
        private final boolean inFewRooms;
        private final Promise<FrameOutcome> outcome = Promise.promise();
        private @Nullable Subscription subscription;
        private ClearableReference<PendingJoin> timeout = new ClearableReference<>(this);
        private boolean attached;
        private boolean saying;
        private Optional<Allowance> allowance = Optional.empty();

        PendingJoin(Connection connection, Optional<String> id, ClientFrame.RoomJoin wish) {
            this.connection = connection;
            this.id = id;
            this.request = wish;
            this.roomId = wish.roomId();
            this.admin = connection.sender().role() == Role.ADMIN;
            this.inFewRooms = connection.subscriptions().count() < FEW_ROOMS;
            this.outcome.future().onComplete(any -> timeout.clear());
        }

        @Override
        public boolean passesBars() {
            return admin;
        }

        @Override
        public boolean followsFew() {
            return inFewRooms;
        }

        /** Only a resume brings entries. */
        void begin(FrameDeadline deadline) {
            mustHearWithin(deadline.leftToAnswer());
            if (request.since().isPresent()) {
                withAllowance(deadline, this::attach);
            } else {
                attach();
            }
        }

        private void attach() {
            StreamName stream = StreamName.room(roomId);
            subscription = hub.forStream(stream)
                    .subscribe(stream, request.since(), connection.sender().userId(), localRooms, this);
        }

        private void withAllowance(FrameDeadline deadline, Runnable read) {
            reservations.reserve(partBytes, deadline.leftToAnswer()).onSuccess(given -> {
                allowance = given;
                if (isAnswered()) {
                    giveUp(FrameOutcome.None.NONE);
                    free();
                } else if (given.isPresent()) {
                    read.run();
                } else {
                    giveUp(FrameOutcome.refused(Rejection.unavailable()));
                }
            });
        }

        private void free() {
            allowance.ifPresent(Allowance::release);
            allowance = Optional.empty();
        }

        /** Whoever was told that it came to nothing must not come in after all. */
        void mustHearWithin(long millis) {
            timeout.clear();
            ClearableReference<PendingJoin> begun = new ClearableReference<>(this);
            timeout = begun;
            timers.in(
                    millis, () -> begun.ifPresent(late -> late.giveUp(FrameOutcome.refused(Rejection.unavailable()))));
        }

        /** What is delivered live follows the last part: a place that it had before ends with the first one. */
        @Override
        public void part(Slice missed, Runnable readOn) {
            if (isAnswered()) {
                abandon();
            } else {
                connection.subscriptions().leave(roomId);
                say(missed).onComplete(any -> readOn(readOn));
            }
        }

        @Override
        public void attached(Slice missed) {
            if (isAnswered()) {
                abandon();
            } else {
                attached = true;
                connection.subscriptions().add(localRooms.subscribe(connection, roomId, held()), roomId);
                say(missed).onComplete(any -> outcome.tryComplete(FrameOutcome.None.NONE));
            }
        }

        @Override
        public void failed() {
            free();
            outcome.tryComplete(FrameOutcome.refused(Rejection.unavailable()));
        }

        @Override
        public void barred() {
            connection.subscriptions().leave(roomId);
            if (!saying) {
                free();
            }
            if (!attached) {
                outcome.tryComplete(FrameOutcome.refused(Rejection.of(Reason.NOT_MEMBER)));
            }
        }

        private boolean isAnswered() {
            return connection.isClosing() || outcome.future().isComplete();
        }

        /** Completes when the peer has taken it, or is gone. */
        private Future<Void> say(Slice missed) {
            timeout.clear();
            saying = true;
            allowance.ifPresent(room -> room.resize(
                    missed.entries().stream().mapToLong(EntryFrame::length).sum()));
            connection.replay(new ServerFrame.Joined(
                    id, roomId, missed.head(), missed.exact(), EntryFrame.messages(missed.entries()), missed.more()));
            return connection.replayed().onComplete(any -> {
                saying = false;
                free();
            });
        }

        /** The session may have ended while the peer took its time. */
        private void readOn(Runnable next) {
            FrameDeadline deadline = FrameDeadline.now();
            gate.awaitFresh(connection, FrameType.JOIN, deadline)
                    .onComplete(
                            verdict -> verdict.fold(
                                    () -> {
                                        mustHearWithin(deadline.leftToAnswer());
                                        withAllowance(deadline, next);
                                        return true;
                                    },
                                    why -> giveUp(FrameOutcome.refused(why))),
                            broken -> giveUp(FrameFailures.outcomeOf(broken, FrameType.JOIN)));
        }

        /** Nobody waits for it any more. */
        private void abandon() {
            outcome.tryComplete(FrameOutcome.None.NONE);
            detach();
            free();
        }

        private boolean giveUp(FrameOutcome why) {
            timeout.clear();
            boolean first = outcome.tryComplete(why);
            if (first) {
                detach();
                free();
            }
            return first;
        }

        private void detach() {
            if (subscription != null) {
                hub.forStream(StreamName.room(roomId)).unsubscribe(subscription);
            }
        }

        private Subscription held() {
            return Objects.requireNonNull(subscription);
        }
    }
}
