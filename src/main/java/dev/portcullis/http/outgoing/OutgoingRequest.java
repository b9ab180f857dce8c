package dev.portcullis.http.outgoing;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.Map;

/** A request to a target: its URL is the target's. */
public record OutgoingRequest(HttpMethod method, Map<String, String> headers, Buffer body) {
    /** The largest message that the configuration permits, which a hook is asked about. */
    private static final int MAX_BODY = 1 << 20;

    public OutgoingRequest {
        headers = Map.copyOf(headers);
        if (body.length() > MAX_BODY) {
            throw new IllegalArgumentException("the body of an outgoing request is too long");
        }
    }

    public static OutgoingRequest get(Map<String, String> headers) {
        return new OutgoingRequest(HttpMethod.GET, headers, Buffer.buffer());
    }

    public static OutgoingRequest post(Map<String, String> headers, Buffer body) {
        return new OutgoingRequest(HttpMethod.POST, headers, body);
    }
}
