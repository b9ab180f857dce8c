package dev.portcullis.edge;

import dev.portcullis.edge.Answer.CloseNotice;
import dev.portcullis.edge.Connection.Registration;
import dev.portcullis.protocol.ServerFrame;
import java.util.function.Function;

/** What came of a token: {@link dev.portcullis.auth.Opening} in the terms of a connection. */
sealed interface SessionOpening {
    <R> R fold(
            Function<Opened, R> opened, Function<CloseNotice.AuthFailed, R> denied, Function<Answer.Ended, R> limited);

    /** A session, and the frame that tells its client so. Whoever asked must end it. */
    record Opened(Registration registration, ServerFrame.AuthSuccess greeting) implements SessionOpening {
        @Override
        public <R> R fold(
                Function<Opened, R> opened,
                Function<CloseNotice.AuthFailed, R> denied,
                Function<Answer.Ended, R> limited) {
            return opened.apply(this);
        }
    }

    /** The token is not good. How that is answered depends on the way by which it came. */
    record Denied(CloseNotice.AuthFailed notice) implements SessionOpening {
        @Override
        public <R> R fold(
                Function<Opened, R> opened,
                Function<CloseNotice.AuthFailed, R> denied,
                Function<Answer.Ended, R> limited) {
            return denied.apply(notice);
        }
    }

    /** The user has too many sessions, or opens them too often: the connection is closed, whichever way the token came. */
    record Limited(Answer.Ended close) implements SessionOpening {
        @Override
        public <R> R fold(
                Function<Opened, R> opened,
                Function<CloseNotice.AuthFailed, R> denied,
                Function<Answer.Ended, R> limited) {
            return limited.apply(close);
        }
    }
}
