package dev.portcullis.auth;

import java.util.List;

/** What came of registering a session. */
public sealed interface Registered {
    <R> R accept(Cases<R> cases);

    /** One arm for each outcome. */
    interface Cases<R> {
        R live(Live outcome);

        R full(Full outcome);

        R handshakesLimited(HandshakesLimited outcome);
    }

    /** There was room for it. */
    record Live() implements Registered {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.live(this);
        }
    }

    /** @param sessions all of the user's, oldest first */
    record Full(List<Session> sessions) implements Registered {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.full(this);
        }
    }

    /** The user came too often within the last minute. */
    record HandshakesLimited(long retryAfterMs) implements Registered {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.handshakesLimited(this);
        }
    }
}
