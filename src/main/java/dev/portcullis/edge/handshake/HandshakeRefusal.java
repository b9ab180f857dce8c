package dev.portcullis.edge.handshake;

import dev.portcullis.protocol.LowerCaseId;
import dev.portcullis.ratelimit.reputation.AddressGate;
import java.util.Map;

/** All refusals of an upgrade, with the answer to each. */
public enum HandshakeRefusal implements LowerCaseId {
    INSECURE(426, 0, "Secure connection required"),
    DRAINING(503, 1_000, "This node is about to stop"),
    ORIGIN(403, 0, "This origin is not allowed"),
    HEADER(403, 0, "A required header is missing"),
    MALFORMED(400, 0, "Malformed upgrade request"),
    NOT_AN_UPGRADE(426, 0, "Only a WebSocket of version 13 connects here, by ws or wss"),
    BANNED(403, 0, "This address is banned"),
    LISTED(403, 0, "This address is not allowed"),
    ATTEMPTS(429, 1_000, "Too many connection attempts"),
    STUFFING(429, 1_000, "Too many refused tokens"),
    NODE_FULL(503, 5_000, "No capacity"),
    ADDRESS_FULL(429, 5_000, "Too many connections"),
    UNAVAILABLE(503, 1_000, "Not available now"),
    UNAUTHORIZED(401, 0, "Unauthorized");

    private final int status;
    private final long retryAfterMs;
    private final String sentence;

    HandshakeRefusal(int status, long retryAfterMs, String sentence) {
        this.status = status;
        this.retryAfterMs = retryAfterMs;
        this.sentence = sentence;
    }

    static HandshakeRefusal of(AddressGate.Refusal why) {
        return switch (why) {
            case BANNED -> BANNED;
            case LISTED -> LISTED;
        };
    }

    int status() {
        return status;
    }

    /** Whether it is for what others of the address do, so that it would pass a client that proves who it is. */
    boolean isForOthers() {
        return switch (this) {
            case BANNED, ATTEMPTS, NODE_FULL, ADDRESS_FULL -> true;
            default -> false;
        };
    }

    /** When the client may retry, if no limit gives a time; 0 if a retry is of no use. */
    long retryAfterMs() {
        return retryAfterMs;
    }

    String sentence() {
        return sentence;
    }

    /** The headers that the answer must carry. */
    Map<String, String> headers() {
        return switch (this) {
            case INSECURE -> Map.of("Upgrade", "TLS/1.2", "Connection", "Upgrade, close"); // RFC 9110 15.5.22
            case NOT_AN_UPGRADE ->
                Map.of("Upgrade", "websocket", "Connection", "Upgrade, close", "Sec-WebSocket-Version", "13");
            case UNAUTHORIZED -> Map.of("WWW-Authenticate", "Bearer"); // RFC 6750 3
            default -> Map.of();
        };
    }
}
