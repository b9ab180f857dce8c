package dev.portcullis.edge.session;

import dev.portcullis.edge.connection.ConnectionSession.Registration;
import dev.portcullis.edge.connection.CsrfTokens;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.connection.FrameOutcome.CloseNotice;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.ServerFrame;
import dev.portcullis.streams.delivery.KnownHead;
import java.util.Optional;
import java.util.function.Function;

/** The outcome of opening a session: a {@link dev.portcullis.auth.session.SessionOpening} in terms of a connection. */
public sealed interface SessionOutcome {
    <R> R fold(
            Function<Opened, R> opened,
            Function<CloseNotice.AuthFailed, R> denied,
            Function<FrameOutcome.Close, R> refused,
            Function<AddressFull, R> addressFull);

    /**
     * @param since the position up to which the client has everything
     * @param known the inbox's head, if the store told it with the session
     */
    record InboxStart(Position since, Optional<KnownHead> known) {}

    /**
     * A session, and the greeting for its client. The caller must end the session.
     *
     * @param inbox from where its client gets its user's inbox
     * @param csrf the token that its frames must carry; empty if that is not required
     */
    record Opened(
            Registration registration, ServerFrame.AuthSuccess greeting, InboxStart inbox, Optional<CsrfTokens> csrf)
            implements SessionOutcome {
        @Override
        public <R> R fold(
                Function<Opened, R> opened,
                Function<CloseNotice.AuthFailed, R> denied,
                Function<FrameOutcome.Close, R> refused,
                Function<AddressFull, R> addressFull) {
            return opened.apply(this);
        }
    }

    /** The token is not valid. The answer depends on how the token was sent. */
    record Denied(CloseNotice.AuthFailed notice) implements SessionOutcome {
        @Override
        public <R> R fold(
                Function<Opened, R> opened,
                Function<CloseNotice.AuthFailed, R> denied,
                Function<FrameOutcome.Close, R> refused,
                Function<AddressFull, R> addressFull) {
            return denied.apply(notice);
        }
    }

    /**
     * The user is banned, has too many sessions, or opens them too often. The connection is closed, however the token was
     * sent.
     */
    record Refused(FrameOutcome.Close close) implements SessionOutcome {
        @Override
        public <R> R fold(
                Function<Opened, R> opened,
                Function<CloseNotice.AuthFailed, R> denied,
                Function<FrameOutcome.Close, R> refused,
                Function<AddressFull, R> addressFull) {
            return refused.apply(close);
        }
    }

    /** The token is right, and its user has no place among the connections of the address. No session was opened. */
    record AddressFull(UserId user) implements SessionOutcome {
        @Override
        public <R> R fold(
                Function<Opened, R> opened,
                Function<CloseNotice.AuthFailed, R> denied,
                Function<FrameOutcome.Close, R> refused,
                Function<AddressFull, R> addressFull) {
            return addressFull.apply(this);
        }
    }
}
