package dev.portcullis.edge.connection;

import dev.portcullis.audit.RequestId;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.ServerFrame;
import java.util.Optional;
import java.util.function.Consumer;

/** What one frame led to. */
public sealed interface FrameOutcome {
    void accept(Cases cases);

    /** The same answer, addressed to the frame of this id. */
    default FrameOutcome to(Optional<String> frameId) {
        return this;
    }

    /** The same answer, about this room. */
    default FrameOutcome in(RoomId room) {
        return this;
    }

    /** The same answer, to a frame of this kind about this room or user, which only the log is told. */
    default FrameOutcome about(FrameType action, Optional<String> resource) {
        return this;
    }

    /** One arm for each kind of answer. */
    interface Cases {
        void said(Reply answer);

        void refused(Refused answer);

        void ended(Close answer);

        void silent();
    }

    static FrameOutcome refused(Rejection why) {
        return new Refused(why, RequestId.next(), Optional.empty(), Optional.empty(), Context.UNKNOWN);
    }

    static FrameOutcome refused(Rejection why, RoomId room) {
        return refused(why).in(room);
    }

    /** What a refused frame wanted to do, and to which room or user. */
    record Context(Optional<FrameType> action, Optional<String> resource) {
        static final Context UNKNOWN = new Context(Optional.empty(), Optional.empty());
    }

    /** A frame for the sender. */
    record Reply(ServerFrame frame) implements FrameOutcome {
        @Override
        public void accept(Cases cases) {
            cases.said(this);
        }
    }

    /**
     * No.
     *
     * @param requestId under which the log has the story
     * @param id of the refused frame, where it could be read and is not known from the frame itself
     * @param roomId likewise
     * @param context what was asked for; for the log
     */
    record Refused(Rejection why, String requestId, Optional<String> id, Optional<String> roomId, Context context)
            implements FrameOutcome {
        public Refused(Rejection why, String requestId, Optional<String> id, Optional<String> roomId) {
            this(why, requestId, id, roomId, Context.UNKNOWN);
        }

        @Override
        public FrameOutcome about(FrameType action, Optional<String> resource) {
            return context.equals(Context.UNKNOWN)
                    ? new Refused(why, requestId, id, roomId, new Context(Optional.of(action), resource))
                    : this;
        }

        @Override
        public FrameOutcome to(Optional<String> frameId) {
            return new Refused(why, requestId, id.or(() -> frameId), roomId, context);
        }

        @Override
        public FrameOutcome in(RoomId room) {
            return new Refused(why, requestId, id, roomId.or(() -> Optional.of(room.value())), context);
        }

        @Override
        public void accept(Cases cases) {
            cases.refused(this);
        }
    }

    /** The connection ends, perhaps after a notice. */
    record Close(CloseCode code, CloseNotice notice) implements FrameOutcome {
        /** The code says it all. */
        public static Close with(CloseCode code) {
            return new Close(code, CloseNotice.Nothing.NOTHING);
        }

        @Override
        public void accept(Cases cases) {
            cases.ended(this);
        }
    }

    /** Nothing, or it was said already. */
    enum None implements FrameOutcome {
        SILENT;

        @Override
        public void accept(Cases cases) {
            cases.silent();
        }
    }

    /** What a client is sent before its connection is closed, and what is counted and logged of it. */
    sealed interface CloseNotice {
        void match(Consumer<AuthFailed> authFailed, Consumer<Rejected> rejected, Runnable nothing);

        /**
         * The token is not good.
         *
         * @param defect for the log alone
         */
        record AuthFailed(AuthRefusal why, Optional<TokenDefect> defect, Optional<String> id) implements CloseNotice {
            public static AuthFailed of(TokenDefect defect, Optional<String> id) {
                return new AuthFailed(defect.refusal(), Optional.of(defect), id);
            }

            @Override
            public void match(Consumer<AuthFailed> authFailed, Consumer<Rejected> rejected, Runnable nothing) {
                authFailed.accept(this);
            }
        }

        /** Not now. */
        record Rejected(Rejection why, Optional<String> id) implements CloseNotice {
            @Override
            public void match(Consumer<AuthFailed> authFailed, Consumer<Rejected> rejected, Runnable nothing) {
                rejected.accept(this);
            }
        }

        /** The close code says it all. */
        enum Nothing implements CloseNotice {
            NOTHING;

            @Override
            public void match(Consumer<AuthFailed> authFailed, Consumer<Rejected> rejected, Runnable nothing) {
                nothing.run();
            }
        }
    }
}
