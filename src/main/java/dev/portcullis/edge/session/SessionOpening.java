package dev.portcullis.edge.session;

import dev.portcullis.edge.connection.Connection.Registration;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.connection.FrameOutcome.CloseNotice;
import dev.portcullis.protocol.ServerFrame;
import java.util.function.Function;

/** What came of a token: {@link dev.portcullis.auth.login.OpenSessionResult} in the terms of a connection. */
public sealed interface SessionOpening {
    <R> R fold(
            Function<Opened, R> opened,
            Function<CloseNotice.AuthFailed, R> denied,
            Function<FrameOutcome.Close, R> limited);

    /** A session, and the frame that tells its client so. Whoever asked must end it. */
    record Opened(Registration registration, ServerFrame.AuthSuccess greeting) implements SessionOpening {
        @Override
        public <R> R fold(
                Function<Opened, R> opened,
                Function<CloseNotice.AuthFailed, R> denied,
                Function<FrameOutcome.Close, R> limited) {
            return opened.apply(this);
        }
    }

    /** The token is not good. How that is answered depends on the way by which it came. */
    record Denied(CloseNotice.AuthFailed notice) implements SessionOpening {
        @Override
        public <R> R fold(
                Function<Opened, R> opened,
                Function<CloseNotice.AuthFailed, R> denied,
                Function<FrameOutcome.Close, R> limited) {
            return denied.apply(notice);
        }
    }

    /** The user has too many sessions, or opens them too often: the connection is closed, whichever way the token came. */
    record Limited(FrameOutcome.Close close) implements SessionOpening {
        @Override
        public <R> R fold(
                Function<Opened, R> opened,
                Function<CloseNotice.AuthFailed, R> denied,
                Function<FrameOutcome.Close, R> limited) {
            return limited.apply(close);
        }
    }
}
