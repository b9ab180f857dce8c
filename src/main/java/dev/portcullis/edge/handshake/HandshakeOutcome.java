package dev.portcullis.edge.handshake;

import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.connection.RemoteClient;
import dev.portcullis.edge.session.SessionOpening;
import java.util.Optional;

/** What a handshake led to. All but a refusal hold a place, which the connection gives back when it ends. */
sealed interface HandshakeOutcome {
    void accept(Cases cases);

    /** One arm for each outcome. */
    interface Cases {
        void refused(Refused passage);

        void awaited(AwaitingAuth passage);

        void welcome(Accepted passage);

        void turnedAway(RejectedAfterUpgrade passage);
    }

    static HandshakeOutcome refused(HandshakeRefusal row) {
        return new Refused(row, row.retryAfterMs(), Optional.empty());
    }

    static HandshakeOutcome unauthorized(Optional<TokenDefect> defect) {
        HandshakeRefusal row = HandshakeRefusal.UNAUTHORIZED;
        return new Refused(row, row.retryAfterMs(), defect);
    }

    /**
     * No upgrade: an HTTP answer.
     *
     * @param defect of a token, for the log alone
     */
    record Refused(HandshakeRefusal row, long retryAfterMs, Optional<TokenDefect> defect) implements HandshakeOutcome {
        @Override
        public void accept(Cases cases) {
            cases.refused(this);
        }
    }

    /** Come in, and say who you are. */
    record AwaitingAuth(RemoteClient client) implements HandshakeOutcome {
        @Override
        public void accept(Cases cases) {
            cases.awaited(this);
        }
    }

    /** Come in. */
    record Accepted(RemoteClient client, SessionOpening.Opened opened) implements HandshakeOutcome {
        @Override
        public void accept(Cases cases) {
            cases.welcome(this);
        }
    }

    /** Upgraded only to be told no, since a browser can't read an HTTP answer to an upgrade. */
    record RejectedAfterUpgrade(RemoteClient client, FrameOutcome.Close close) implements HandshakeOutcome {
        @Override
        public void accept(Cases cases) {
            cases.turnedAway(this);
        }
    }
}
