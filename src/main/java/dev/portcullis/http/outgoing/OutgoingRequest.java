package dev.portcullis.http.outgoing;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A request to a target: its URL is the target's.
 *
 * @param idempotent whether the server may get it twice, which is so when it closes a kept connection as the request arrives
 * @param withinMs how long it may take, where that is not the deadline of all calls
 * @param statusOnly whether the caller needs no body: it gets none, and whatever happens to the answer after its head changes
 *     nothing
 */
public record OutgoingRequest(
        HttpMethod method,
        Map<String, String> headers,
        Buffer body,
        boolean idempotent,
        OptionalLong withinMs,
        boolean statusOnly) {
    /** The largest message that the configuration permits, which a hook is asked about. */
    private static final int MAX_BODY = 1 << 20;

    public OutgoingRequest {
        headers = Map.copyOf(headers);
        if (body.length() > MAX_BODY) {
            throw new IllegalArgumentException("the body of an outgoing request is too long");
        }
    }

    public OutgoingRequest(HttpMethod method, Map<String, String> headers, Buffer body, boolean idempotent) {
        this(method, headers, body, idempotent, OptionalLong.empty(), false);
    }

    public static OutgoingRequest get(Map<String, String> headers) {
        return new OutgoingRequest(HttpMethod.GET, headers, Buffer.buffer(), true);
    }

    public static OutgoingRequest post(Map<String, String> headers, Buffer body) {
        return new OutgoingRequest(HttpMethod.POST, headers, body, false);
    }

    /** The same request, of which the caller knows that it changes nothing at the server. */
    public OutgoingRequest asIdempotent() {
        return new OutgoingRequest(method, headers, body, true, withinMs, statusOnly);
    }

    public OutgoingRequest within(long ms) {
        return new OutgoingRequest(method, headers, body, idempotent, OptionalLong.of(ms), statusOnly);
    }

    public OutgoingRequest forStatus() {
        return new OutgoingRequest(method, headers, body, idempotent, withinMs, true);
    }
}
