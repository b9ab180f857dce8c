package dev.portcullis.edge.handshake;

import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.connection.RemoteClient;
import dev.portcullis.edge.session.SessionOutcome;
import java.util.Optional;
import java.util.function.Consumer;

/** The outcome of a handshake. All but a refusal hold a slot, which the connection releases when it ends. */
sealed interface HandshakeOutcome {
    void match(
            Consumer<Refused> refused,
            Consumer<AwaitingAuth> awaitingAuth,
            Consumer<Accepted> accepted,
            Consumer<RejectedAfterUpgrade> rejectedAfterUpgrade);

    static HandshakeOutcome refused(HandshakeRefusal refusal) {
        return new Refused(refusal, refusal.retryAfterMs(), Optional.empty());
    }

    static HandshakeOutcome unauthorized(TokenDefect defect) {
        HandshakeRefusal refusal = HandshakeRefusal.UNAUTHORIZED;
        return new Refused(refusal, refusal.retryAfterMs(), Optional.of(defect));
    }

    /**
     * No upgrade: an HTTP answer.
     *
     * @param defect of a token, for the log alone
     */
    record Refused(HandshakeRefusal refusal, long retryAfterMs, Optional<TokenDefect> defect)
            implements HandshakeOutcome {
        @Override
        public void match(
                Consumer<Refused> refused,
                Consumer<AwaitingAuth> awaitingAuth,
                Consumer<Accepted> accepted,
                Consumer<RejectedAfterUpgrade> rejectedAfterUpgrade) {
            refused.accept(this);
        }
    }

    /** Upgrade; the client must authenticate with its first frame. */
    record AwaitingAuth(RemoteClient client) implements HandshakeOutcome {
        @Override
        public void match(
                Consumer<Refused> refused,
                Consumer<AwaitingAuth> awaitingAuth,
                Consumer<Accepted> accepted,
                Consumer<RejectedAfterUpgrade> rejectedAfterUpgrade) {
            awaitingAuth.accept(this);
        }
    }

    /** Upgrade; the client has a session. */
    record Accepted(RemoteClient client, SessionOutcome.Opened opened) implements HandshakeOutcome {
        @Override
        public void match(
                Consumer<Refused> refused,
                Consumer<AwaitingAuth> awaitingAuth,
                Consumer<Accepted> accepted,
                Consumer<RejectedAfterUpgrade> rejectedAfterUpgrade) {
            accepted.accept(this);
        }
    }

    /** Upgrade, then close: a browser cannot read the HTTP answer to a refused upgrade. */
    record RejectedAfterUpgrade(RemoteClient client, FrameOutcome.Close close) implements HandshakeOutcome {
        @Override
        public void match(
                Consumer<Refused> refused,
                Consumer<AwaitingAuth> awaitingAuth,
                Consumer<Accepted> accepted,
                Consumer<RejectedAfterUpgrade> rejectedAfterUpgrade) {
            rejectedAfterUpgrade.accept(this);
        }
    }
}
