package dev.portcullis.edge;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
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
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Seats a connection in rooms, one after the other: the next room is read only when the peer has taken what the last
 * one replayed. How long that takes is the peer's affair, so each room has its own time for an answer.
 */
final class Joining {
    private final CutoffGate gate;
    private final RoomAuthorizer rooms;
    private final Carriers carriers;
    private final LocalRooms localRooms;
    private final Replies replies;
    private final Wheel wheel;
    private final int roomsPerConnection;

    Joining(
            CutoffGate gate,
            RoomAuthorizer rooms,
            Carriers carriers,
            LocalRooms localRooms,
            Replies replies,
            Wheel wheel,
            int roomsPerConnection) {
        this.gate = gate;
        this.rooms = rooms;
        this.carriers = carriers;
        this.localRooms = localRooms;
        this.replies = replies;
        this.wheel = wheel;
        this.roomsPerConnection = roomsPerConnection;
    }

    Future<Answer> join(Connection from, ClientFrame.Join frame, Taken taken) {
        return next(from, frame.envelope().id(), frame.rooms().iterator(), taken);
    }

    private Future<Answer> next(
            Connection from, Optional<String> id, Iterator<ClientFrame.RoomJoin> wishes, Taken taken) {
        ClientFrame.RoomJoin wish = wishes.next();
        Future<Answer> answer = one(from, id, wish, taken)
                .recover(broken -> succeededFuture(Breakage.answer(broken, FrameType.JOIN)))
                .map(said -> said.to(id).in(wish.roomId()));
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
        StreamName stream = StreamName.room(wish.roomId());
        Newcomer newcomer = new Newcomer(from, id, wish.roomId());
        newcomer.attachment = carriers.forStream(stream)
                .attach(stream, wish.since(), from.sender().userId(), localRooms, newcomer);
        wheel.in(taken.leftToAnswer(), newcomer::late);
        return newcomer.answer.future();
    }

    /** Takes the seat and says so in one go, between two deliveries. */
    private final class Newcomer implements Member {
        private final Connection connection;
        private final Optional<String> id;
        private final RoomId roomId;
        private final Promise<Answer> answer = Promise.promise();
        private @Nullable Attachment attachment;

        Newcomer(Connection connection, Optional<String> id, RoomId roomId) {
            this.connection = connection;
            this.id = id;
            this.roomId = roomId;
        }

        @Override
        public void attached(Slice missed) {
            if (connection.over() || answer.future().isComplete()) {
                detach();
            } else {
                Attachment held = Objects.requireNonNull(attachment);
                connection.seats().take(localRooms.seat(connection, roomId, held), roomId);
                connection.replay(new ServerFrame.Joined(
                        id,
                        roomId,
                        missed.head(),
                        missed.exact(),
                        missed.entries().stream().map(Wire::frame).toList(),
                        missed.more()));
            }
            answer.tryComplete(Answer.Silent.SILENT);
        }

        @Override
        public void failed() {
            answer.tryComplete(Answer.refused(Rejection.unavailable()));
        }

        /** Whoever was told that it came to nothing must not come in after all. */
        void late() {
            if (answer.tryComplete(Answer.refused(Rejection.unavailable()))) {
                detach();
            }
        }

        private void detach() {
            carriers.forStream(StreamName.room(roomId)).detach(Objects.requireNonNull(attachment));
        }

        @Override
        public void barred() {
            connection.seats().leave(roomId);
            answer.tryComplete(Answer.refused(Rejection.of(Reason.NOT_MEMBER)));
        }
    }
}
