package dev.portcullis.edge.connection;

import dev.portcullis.audit.EventName;
import dev.portcullis.audit.RequestId;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.protocol.ClientAction;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.ServerFrame;
import java.util.Optional;
import java.util.function.Consumer;

/** The result of handling one frame. */
public sealed interface FrameOutcome {
    void match(Consumer<Reply> reply, Consumer<Refused> refused, Consumer<Close> close, Runnable none);

    /** The same outcome, in answer to the frame with this id. */
    default FrameOutcome to(Optional<String> frameId) {
        return this;
    }

    /** The same outcome, about this room. */
    default FrameOutcome in(RoomId room) {
        return this;
    }

    /** The same outcome, with the kind of frame and the room or user that it was about. They appear in the log only. */
    default FrameOutcome about(ClientAction action, Optional<String> resource) {
        return this;
    }

    static FrameOutcome refused(Rejection why) {
        return new Refused(why, RequestId.next(), Optional.empty(), Optional.empty(), Context.UNKNOWN);
    }

    static FrameOutcome refused(Rejection why, Target target) {
        return target.fold(refused(why)::in, user -> refused(why));
    }

    /** The action that a refused frame asked for, and its room or user. */
    record Context(Optional<ClientAction> action, Optional<String> resource) {
        static final Context UNKNOWN = new Context(Optional.empty(), Optional.empty());
    }

    /** The sender gets this frame. */
    record Reply(ServerFrame frame) implements FrameOutcome {
        @Override
        public void match(Consumer<Reply> reply, Consumer<Refused> refused, Consumer<Close> close, Runnable none) {
            reply.accept(this);
        }
    }

    /**
     * The frame is refused.
     *
     * @param requestId identifies the refusal in the answer and in the log
     * @param id of the refused frame, where it could be read and the frame itself does not give it
     * @param roomId the room of the frame, if it could be read
     * @param context the action that was asked for; for the log
     */
    record Refused(Rejection why, String requestId, Optional<String> id, Optional<String> roomId, Context context)
            implements FrameOutcome {
        public Refused(Rejection why, String requestId, Optional<String> id, Optional<String> roomId) {
            this(why, requestId, id, roomId, Context.UNKNOWN);
        }

        /** Whether it is about another user, and no room. */
        boolean isAboutUser() {
            return roomId.isEmpty() && context.resource().isPresent();
        }

        @Override
        public FrameOutcome about(ClientAction action, Optional<String> resource) {
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
        public void match(Consumer<Reply> reply, Consumer<Refused> refused, Consumer<Close> close, Runnable none) {
            refused.accept(this);
        }
    }

    /**
     * The connection is closed, possibly after a notice.
     *
     * @param user the user who is refused a session, where a valid token names one; for the log
     */
    record Close(CloseCode code, CloseNotice notice, Optional<UserId> user) implements FrameOutcome {
        public Close(CloseCode code, CloseNotice notice) {
            this(code, notice, Optional.empty());
        }

        /** Closes without a notice. */
        public static Close with(CloseCode code) {
            return new Close(code, CloseNotice.Nothing.NOTHING);
        }

        /** This user is refused a session, without a notice. */
        public static Close with(CloseCode code, Optional<UserId> user) {
            return new Close(code, CloseNotice.Nothing.NOTHING, user);
        }

        @Override
        public void match(Consumer<Reply> reply, Consumer<Refused> refused, Consumer<Close> close, Runnable none) {
            close.accept(this);
        }
    }

    /** There is no answer, or it was sent already. */
    enum None implements FrameOutcome {
        NONE;

        @Override
        public void match(Consumer<Reply> reply, Consumer<Refused> refused, Consumer<Close> close, Runnable none) {
            none.run();
        }
    }

    /** The notice that a client gets before the close. It is counted and logged. */
    sealed interface CloseNotice {
        void match(Consumer<AuthFailed> authFailed, Consumer<Rejected> rejected, Runnable nothing);

        /**
         * The token is not valid.
         *
         * @param defect for the log alone
         * @param byCookie whether a browser may have sent the token without the page's doing
         */
        record AuthFailed(TokenDefect defect, Optional<String> id, boolean byCookie) implements CloseNotice {
            public static AuthFailed of(TokenDefect defect, Optional<String> id) {
                return new AuthFailed(defect, id, false);
            }

            /**
             * The defect, where it counts against the client's address. A page of a sibling domain can put garbage into the
             * cookie of others (CWE-565).
             */
            public Optional<TokenDefect> guess() {
                return byCookie ? Optional.empty() : Optional.of(defect);
            }

            /** The event that records a defect: a forged request is looked for under a name of its own. */
            public static EventName event(Optional<TokenDefect> defect, EventName otherwise) {
                return defect.filter(TokenDefect.CSRF_MISMATCH::equals).isPresent()
                        ? EventName.WS_CSRF_FAILURE
                        : otherwise;
            }

            @Override
            public void match(Consumer<AuthFailed> authFailed, Consumer<Rejected> rejected, Runnable nothing) {
                authFailed.accept(this);
            }
        }

        /** The client may not connect now. */
        record Rejected(Rejection why, Optional<String> id) implements CloseNotice {
            @Override
            public void match(Consumer<AuthFailed> authFailed, Consumer<Rejected> rejected, Runnable nothing) {
                rejected.accept(this);
            }
        }

        /** No notice: the close code is enough. */
        enum Nothing implements CloseNotice {
            NOTHING;

            @Override
            public void match(Consumer<AuthFailed> authFailed, Consumer<Rejected> rejected, Runnable nothing) {
                nothing.run();
            }
        }
    }
}
