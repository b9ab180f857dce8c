package dev.portcullis.auth.login;

import dev.portcullis.auth.session.Session;
import dev.portcullis.protocol.WireName;
import java.util.List;
import java.util.function.Function;

/** The reply to an {@link OpenSessionRequest}. It never waits for a ping: the caller sends a second request instead. */
public sealed interface OpenSessionReply {
    <R> R fold(Function<OpenSessionResult, R> finished, Function<RetryAfterProbe, R> retryAfterProbe);

    /** The final result. */
    @WireName("Settled")
    record Final(OpenSessionResult result) implements OpenSessionReply {
        @Override
        public <R> R fold(Function<OpenSessionResult, R> finished, Function<RetryAfterProbe, R> retryAfterProbe) {
            return finished.apply(result);
        }
    }

    /**
     * The user is at the cap, but these sessions may be ghosts, or have just ended: send the request again with them after {@code waitMs}.
     */
    @WireName("Probing")
    record RetryAfterProbe(List<Session> suspects, long waitMs) implements OpenSessionReply {
        @Override
        public <R> R fold(Function<OpenSessionResult, R> finished, Function<RetryAfterProbe, R> retryAfterProbe) {
            return retryAfterProbe.apply(this);
        }
    }
}
