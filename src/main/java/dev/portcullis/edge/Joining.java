package dev.portcullis.edge;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.edge.Allowances.Allowance;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.ServerFrame;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.rooms.RoomAuthorizer;
import dev.portcullis.streams.Attachment;
import dev.portcullis.streams.Carriers;
import dev.portcullis.streams.Member;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.Wire;
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
final class Joining {
    /** So many a person has open at once; who fills a node with rooms has more. */
    private static final int FEW_ROOMS = 10;

    private final CutoffGate gate;
    private final RoomAuthorizer rooms;
    private final Carriers carriers;
    private final LocalRooms localRooms;
    private final Replies replies;
    private final Wheel wheel;
    private final int roomsPerConnection;
    private final Allowances allowances;
    private final int partBytes;

    /** @param partBytes the most that one frame of a resume brings */
    Joining(
            CutoffGate gate,
            RoomAuthorizer rooms,
            Carriers carriers,
            LocalRooms localRooms,
            Replies replies,
            Wheel wheel,
            int roomsPerConnection,
            Allowances allowances,
            int partBytes) {
        this.gate = gate;
        this.rooms = rooms;
        this.carriers = carriers;
        this.localRooms = localRooms;
        this.replies = replies;
        this.wheel = wheel;
        this.roomsPerConnection = roomsPerConnection;
        this.allowances = allowances;
        this.partBytes = partBytes;
    }

    Future<Answer> join(Connection from, ClientFrame.Join frame, Taken taken) {
        return next(from, frame.envelope().id(), frame.rooms().iterator(), taken);
    }

    /**
     * Refuses all rooms of a frame that was refused before its first room was looked at. A limit concerns the frame, and a
     * client over its limits is not given more to read for it.
     *
     * @return what the last of them is answered
     */
    Answer refused(Connection from, ClientFrame.Join frame, Answer.Refused refusal) {
        List<ClientFrame.RoomJoin> wishes = frame.rooms();
        int last = wishes.size() - 1;
        boolean limited = refusal.why().fold(limit -> true, failed -> false);
        if (refusal.roomId().isPresent() || (limited && last > 0)) {
            return refusal;
        }
        for (ClientFrame.RoomJoin wish : wishes.subList(0, last)) {
            replies.give(
                    from, about(Answer.refused(refusal.why()), frame.envelope().id(), wish));
        }
        return about(refusal, frame.envelope().id(), wishes.get(last));
    }

    private static Answer about(Answer answer, Optional<String> id, ClientFrame.RoomJoin wish) {
        return answer.to(id)
                .in(wish.roomId())
                .about(FrameType.JOIN, Optional.of(wish.roomId().value()));
    }

    private Future<Answer> next(
            Connection from, Optional<String> id, Iterator<ClientFrame.RoomJoin> wishes, Taken taken) {
        ClientFrame.RoomJoin wish = wishes.next();
        Future<Answer> answer = one(from, id, wish, taken)
                .recover(broken -> succeededFuture(Breakage.answer(broken, FrameType.JOIN)))
                .map(said -> about(said, id, wish));
        if (!wishes.hasNext()) {
            return answer;
        }
        return answer.compose(said -> {
                    replies.give(from, said);
                    return from.replayed();
                })
                .compose(any ->
                        from.over() ? succeededFuture(Answer.Silent.SILENT) : next(from, id, wishes, Taken.now()));
    }

    private Future<Answer> one(Connection from, Optional<String> id, ClientFrame.RoomJoin wish, Taken taken) {
        return gate.pass(from, FrameType.JOIN, taken) // a list of rooms may take long
                .compose(verdict -> verdict.fold(
                        () -> rooms.authorize(from.sender(), FrameType.JOIN, wish.roomId()),
                        why -> succeededFuture(verdict)))
                .map(verdict -> verdict.fold(() -> room(from, wish.roomId()), Verdict::refused))
                .compose(verdict ->
                        verdict.fold(() -> attach(from, id, wish, taken), why -> succeededFuture(Answer.refused(why))));
    }

    private Verdict room(Connection from, RoomId roomId) {
        return from.seats().isIn(roomId) || from.seats().count() < roomsPerConnection
                ? Verdict.GRANTED
                : Verdict.refused(Reason.CONFLICT);
    }

    private Future<Answer> attach(Connection from, Optional<String> id, ClientFrame.RoomJoin wish, Taken taken) {
        Newcomer newcomer = new Newcomer(from, id, wish);
        newcomer.begin(taken);
        return newcomer.answer.future();
    }

    /** Takes what it missed part by part, and its seat with the last one, in one go between two deliveries. */
    private final class Newcomer implements Member {
        private final Connection connection;
        private final Optional<String> id;
        private final ClientFrame.RoomJoin wish;
        private final RoomId roomId;
        private final boolean admin;
        private final boolean inFewRooms;
        private final Promise<Answer> answer = Promise.promise();
        private @Nullable Attachment attachment;
        private Handle<Newcomer> patience = new Handle<>(this);
        private boolean attached;
        private boolean saying;
        private Optional<Allowance> allowance = Optional.empty();

        Newcomer(Connection connection, Optional<String> id, ClientFrame.RoomJoin wish) {
            this.connection = connection;
            this.id = id;
            this.wish = wish;
            this.roomId = wish.roomId();
            this.admin = connection.sender().role() == Role.ADMIN;
            this.inFewRooms = connection.seats().count() < FEW_ROOMS;
            this.answer.future().onComplete(any -> patience.letGo());
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
        void begin(Taken taken) {
            mustHearWithin(taken.leftToAnswer());
            if (wish.since().isPresent()) {
                withAllowance(taken, this::attach);
            } else {
                attach();
            }
        }

        private void attach() {
            StreamName stream = StreamName.room(roomId);
            attachment = carriers.forStream(stream)
                    .attach(stream, wish.since(), connection.sender().userId(), localRooms, this);
        }

        private void withAllowance(Taken taken, Runnable read) {
            allowances.ask(partBytes, taken.leftToAnswer()).onSuccess(given -> {
                allowance = given;
                if (isAnswered()) {
                    giveUp(Answer.Silent.SILENT);
                    free();
                } else if (given.isPresent()) {
                    read.run();
                } else {
                    giveUp(Answer.refused(Rejection.unavailable()));
                }
            });
        }

        private void free() {
            allowance.ifPresent(Allowance::release);
            allowance = Optional.empty();
        }

        /** Whoever was told that it came to nothing must not come in after all. */
        void mustHearWithin(long millis) {
            patience.letGo();
            Handle<Newcomer> begun = new Handle<>(this);
            patience = begun;
            wheel.in(millis, () -> begun.ifHeld(late -> late.giveUp(Answer.refused(Rejection.unavailable()))));
        }

        /** What is delivered live follows the last part: a place that it had before ends with the first one. */
        @Override
        public void part(Slice missed, Runnable readOn) {
            if (isAnswered()) {
                abandon();
            } else {
                connection.seats().leave(roomId);
                say(missed).onComplete(any -> readOn(readOn));
            }
        }

        @Override
        public void attached(Slice missed) {
            if (isAnswered()) {
                abandon();
            } else {
                attached = true;
                connection.seats().take(localRooms.seat(connection, roomId, held()), roomId);
                say(missed).onComplete(any -> answer.tryComplete(Answer.Silent.SILENT));
            }
        }

        @Override
        public void failed() {
            free();
            answer.tryComplete(Answer.refused(Rejection.unavailable()));
        }

        @Override
        public void barred() {
            connection.seats().leave(roomId);
            if (!saying) {
                free();
            }
            if (!attached) {
                answer.tryComplete(Answer.refused(Rejection.of(Reason.NOT_MEMBER)));
            }
        }

        private boolean isAnswered() {
            return connection.over() || answer.future().isComplete();
        }

        /** Completes when the peer has taken it, or is gone. */
        private Future<Void> say(Slice missed) {
            patience.letGo();
            saying = true;
            allowance.ifPresent(room ->
                    room.weigh(missed.entries().stream().mapToLong(Wire::length).sum()));
            connection.replay(new ServerFrame.Joined(
                    id, roomId, missed.head(), missed.exact(), Wire.messages(missed.entries()), missed.more()));
            return connection.replayed().onComplete(any -> {
                saying = false;
                free();
            });
        }

        /** The session may have ended while the peer took its time. */
        private void readOn(Runnable next) {
            Taken taken = Taken.now();
            gate.pass(connection, FrameType.JOIN, taken)
                    .onComplete(
                            verdict -> verdict.fold(
                                    () -> {
                                        mustHearWithin(taken.leftToAnswer());
                                        withAllowance(taken, next);
                                        return true;
                                    },
                                    why -> giveUp(Answer.refused(why))),
                            broken -> giveUp(Breakage.answer(broken, FrameType.JOIN)));
        }

        /** Nobody waits for it any more. */
        private void abandon() {
            answer.tryComplete(Answer.Silent.SILENT);
            detach();
            free();
        }

        private boolean giveUp(Answer why) {
            patience.letGo();
            boolean first = answer.tryComplete(why);
            if (first) {
                detach();
                free();
            }
            return first;
        }

        private void detach() {
            if (attachment != null) {
                carriers.forStream(StreamName.room(roomId)).detach(attachment);
            }
        }

        private Attachment held() {
            return Objects.requireNonNull(attachment);
        }
    }
}
