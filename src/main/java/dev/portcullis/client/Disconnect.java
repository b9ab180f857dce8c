package dev.portcullis.client;

/**
 * How a connection ended.
 *
 * @param code the close code, or the HTTP status of a refused handshake, or 0
 * @param retryAfterMs the wait that the server asked for, or 0
 */
public record Disconnect(Cause cause, int code, String reason, long retryAfterMs) {
    static final int NORMAL = 1000;
    static final int PROTOCOL_ERROR = 1002;

    /** The code of a connection that ends without a close frame (RFC 6455 7.1.5). */
    public static final int ABRUPT = 1006;

    /** The phase in which it ended. */
    public enum Cause {
        CLOSED,
        REFUSED,
        UNREACHABLE
    }

    static Disconnect closed(int code, String reason) {
        return new Disconnect(Cause.CLOSED, code, reason, 0);
    }

    static Disconnect refused(int status, long retryAfterMs) {
        return new Disconnect(Cause.REFUSED, status, "handshake refused", retryAfterMs);
    }

    static Disconnect unreachable(String why) {
        return new Disconnect(Cause.UNREACHABLE, 0, why, 0);
    }

    /** The same disconnect with the reason that the server gave in an earlier frame. */
    Disconnect withReason(String why) {
        return new Disconnect(cause, code, why, retryAfterMs);
    }

    /** One line for a person. */
    public String describe() {
        return switch (cause) {
            case CLOSED -> "closed " + code + (reason.isEmpty() ? "" : " " + reason);
            case REFUSED -> "refused with HTTP " + code;
            case UNREACHABLE -> reason;
        };
    }
}
