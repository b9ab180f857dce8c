package dev.portcullis.auth.login;

import dev.portcullis.auth.session.Session;
import dev.portcullis.protocol.WireName;
import java.util.List;
import java.util.function.Function;

/** What the stage answers to a {@link OpenSessionRequest}. No answer takes as long as a ping may, so that may be a second one. */
public sealed interface OpenSessionReply {
    <R> R fold(Function<OpenSessionResult, R> settled, Function<RetryAfterProbe, R> retryAfterProbe);

    /** That is how it stands. */
    @WireName("Settled")
    record Final(OpenSessionResult result) implements OpenSessionReply {
        @Override
        public <R> R fold(Function<OpenSessionResult, R> settled, Function<RetryAfterProbe, R> retryAfterProbe) {
            return settled.apply(result);
        }
    }

    /** The user is at the cap, but these sessions may be ghosts: knock again with them after {@code waitMs}. */
    @WireName("Probing")
    record RetryAfterProbe(List<Session> suspects, long waitMs) implements OpenSessionReply {
        @Override
        public <R> R fold(Function<OpenSessionResult, R> settled, Function<RetryAfterProbe, R> retryAfterProbe) {
            return retryAfterProbe.apply(this);
        }
    }
}
