package dev.portcullis.http.outgoing;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/**
 * The answer of a server. The body is as it was sent: what it encoded is not decoded, since that is unbounded (CWE-409).
 *
 * @param status 2xx, 304, 4xx or 5xx
 * @param body empty if only the status was asked for
 */
public record OutgoingAnswer(int status, MultiMap headers, Buffer body) {
    /** Why there is no answer. */
    public enum Why {
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
