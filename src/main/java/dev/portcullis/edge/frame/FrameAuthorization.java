package dev.portcullis.edge.frame;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.edge.connection.Connection;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.rooms.RoomAuthorizer;
import io.vertx.core.Future;

/** Asks whether the sender may do this here. What no deed follows is answered unsupported. */
public final class FrameAuthorization {
    private static final Future<Verdict> GRANTED = succeededFuture(Verdict.GRANTED);
    private static final Future<Verdict> UNSUPPORTED = succeededFuture(Verdict.refused(Reason.UNSUPPORTED));

    private final RoomAuthorizer rooms;

    public FrameAuthorization(RoomAuthorizer rooms) {
        this.rooms = rooms;
    }

    Future<Verdict> authorize(Connection from, ClientFrame frame) {
        return frame.accept(new Decision(from));
    }

    private final class Decision extends SupportedFrames<Future<Verdict>> {
        private final Connection from;

        Decision(Connection from) {
            this.from = from;
        }

        /** A frame that gets a deed and is forgotten here is refused (CWE-862). */
        @Override
        Future<Verdict> unsupported() {
            return UNSUPPORTED;
        }

        @Override
        public Future<Verdict> chat(ClientFrame.Chat frame) {
            return from.subscriptions().isIn(frame.roomId())
                    ? ask(FrameType.CHAT, frame.roomId())
                    : succeededFuture(Verdict.refused(Reason.NOT_MEMBER));
        }

        @Override
        public Future<Verdict> history(ClientFrame.History frame) {
            return frame.target().fold(room -> ask(FrameType.HISTORY, room), user -> GRANTED);
        }

        /** Judged room by room where it is done, since each room has its own answer. */
        @Override
        public Future<Verdict> join(ClientFrame.Join frame) {
            return GRANTED;
        }

        @Override
        public Future<Verdict> auth(ClientFrame.Auth frame) {
            return GRANTED;
        }

        @Override
        public Future<Verdict> leave(ClientFrame.Leave frame) {
            return GRANTED;
        }

        @Override
        public Future<Verdict> ping(ClientFrame.Ping frame) {
            return GRANTED;
        }

        @Override
        public Future<Verdict> healthCheck(ClientFrame.HealthCheck frame) {
            return GRANTED;
        }

        @Override
        public Future<Verdict> removeUser(ClientFrame.RemoveUser frame) {
            return rooms.authorizeRemoval(from.sender(), frame.roomId(), frame.userId());
        }

        private Future<Verdict> ask(FrameType action, RoomId room) {
            return rooms.authorize(from.sender(), action, room);
        }
    }
}
