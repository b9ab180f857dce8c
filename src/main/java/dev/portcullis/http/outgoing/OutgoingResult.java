package dev.portcullis.http.outgoing;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.function.Function;

/** The result of an outgoing call. */
public sealed interface OutgoingResult {
    <R> R fold(Function<Answered, R> answered, Function<Why, R> refused);

    /**
     * The server answered. The body is as it was sent: what it encoded is not decoded, since that is unbounded
     * (CWE-409).
     *
     * @param status 2xx, 304, 4xx or 5xx
     */
    record Answered(int status, MultiMap headers, Buffer body) implements OutgoingResult {
        @Override
        public <R> R fold(Function<Answered, R> answered, Function<Why, R> refused) {
            return answered.apply(this);
        }
    }

    /** There is no answer that could be used. */
    record Refused(Why why) implements OutgoingResult {
        @Override
        public <R> R fold(Function<Answered, R> answered, Function<Why, R> refused) {
            return refused.apply(why);
        }
    }

    /** Why there is no answer. */
    enum Why {
        /** The circuit breaker of the target is open; nothing was sent. */
        BREAKER_OPEN,
        /** Too many calls are in flight; nothing was sent. */
        BUSY,
        /** Look-ups of other hosts hold all threads of the resolver; nothing was sent. */
        RESOLVER_BUSY,
        /** The host has no address, or it could not be found. */
        NOT_RESOLVED,
        /** An address of the host is none that calls may go to; nothing was sent. */
        ADDRESS_REFUSED,
        CONNECT_FAILED,
        /** The certificate is not for this host, or of no authority that is trusted; nothing was sent. */
        TLS_FAILED,
        TIMED_OUT,
        /** The server names another place. It is not followed: that place was never judged. */
        REDIRECTED,
        /** The body is, or says that it is, longer than the bound; or it comes in too many pieces. */
        TOO_LARGE,
        /** The answer is no HTTP, has too many interim responses, ends before its end, or does not say where its end is. */
        BROKEN_ANSWER
    }
}
