package dev.portcullis.protocol;

/**
 * Every close frame that this server sends. Codes that must not be sent (1004, 1005, 1006, 1015) can't be expressed.
 * Their ids tell apart constants that share a code.
 */
public enum CloseCode implements LowerCaseId {
    GOING_AWAY(1001, "Session revoked", Retry.WITH_NEW_TOKEN),
    BINARY(1003, "Text frames only", Retry.NEVER),
    BAD_UTF8(1007, "Invalid UTF-8", Retry.NEVER),
    UNAUTHORIZED(1008, "Unauthorized", Retry.WITH_NEW_TOKEN),
    REVOKED(1008, "Session revoked", Retry.WITH_NEW_TOKEN),
    BANNED(1008, "Banned", Retry.WITH_NEW_TOKEN),
    HOSTILE(1008, "Policy violation", Retry.WITH_NEW_TOKEN),
    TOO_LARGE(1009, "Frame too large", Retry.NEVER),
    SERVER_FAILED(1011, "Server failed", Retry.WITH_BACKOFF),
    RESTARTING(1012, "Restarting", Retry.AFTER_ITS_SLOT),
    TOO_SLOW(1013, "Reading too slowly", Retry.WITH_BACKOFF),
    NO_CAPACITY(1013, "No capacity", Retry.WITH_BACKOFF),
    BROKEN_FRAME(1002, "Protocol error", Retry.NEVER),
    HEARTBEAT_TIMEOUT(4000, "Heartbeat timeout", Retry.WITH_BACKOFF),
    NO_AUTH_IN_TIME(4001, "No auth in time", Retry.WITH_BACKOFF),
    FRAME_BEFORE_AUTH(4002, "A frame before auth", Retry.NEVER),
    AUTH_REFUSED(4003, "Auth refused", Retry.WITH_NEW_TOKEN),
    TOO_MANY_SESSIONS(4005, "Too many sessions", Retry.NEVER),
    TOKEN_EXPIRED(4007, "Token expired", Retry.WITH_NEW_TOKEN);

    /** Whether a client may reconnect, and how. */
    public enum Retry {
        NEVER,
        WITH_BACKOFF,
        WITH_NEW_TOKEN,
        AFTER_ITS_SLOT
    }

    private final int code;
    private final String phrase;
    private final Retry retry;

    CloseCode(int code, String phrase, Retry retry) {
        this.code = code;
        this.phrase = phrase;
        this.retry = retry;
    }

    public short code() {
        return (short) code;
    }

    public String phrase() {
        return phrase;
    }

    public Retry retry() {
        return retry;
    }
}
