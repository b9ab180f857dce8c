package dev.portcullis.auth;

import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.WireName;
import java.util.Optional;

/** What came of asking for a session. */
public sealed interface Opening {
    <R> R accept(Cases<R> cases);

    /** One arm for each outcome. */
    interface Cases<R> {
        R opened(Opened outcome);

        R denied(Denied outcome);

        R tooManySessions(TooManySessions outcome);

        R handshakesLimited(HandshakesLimited outcome);
    }

    /** The session began. Whoever asked must end it. */
    @WireName("Opened")
    record Opened(Session session) implements Opening {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.opened(this);
        }
    }

    /**
     * The token lets nobody in.
     *
     * @param defect empty from a node of an earlier release
     */
    @WireName("Denied")
    record Denied(AuthRefusal why, Optional<TokenDefect> defect) implements Opening {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.denied(this);
        }
    }

    /** The user has as many live sessions as allowed. */
    @WireName("TooManySessions")
    record TooManySessions() implements Opening {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.tooManySessions(this);
        }
    }

    /** The user came in too often within the last minute. */
    @WireName("HandshakesLimited")
    record HandshakesLimited(long retryAfterMs) implements Opening {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.handshakesLimited(this);
        }
    }
}
