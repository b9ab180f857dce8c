package dev.portcullis.audit;

/** The fields of an event. A closed set, so that no token and no message text gets into the log as a field. */
public enum AuditField {
    REQUEST_ID("requestId"),
    USER_ID("userId"),
    SESSION_ID("sessionId"),
    IP("ip"),
    ORIGIN("origin"),
    ACTION("action"),
    RESOURCE("resource"),
    REASON("reason"),
    DETAIL("detail"),
    SCOPE("scope"),
    CODE("code"),
    DURATION_MS("durationMs"),
    MESSAGE_COUNT("messageCount"),
    COUNT("count");

    private final String id;

    AuditField(String id) {
        this.id = id;
    }

    public String id() {
        return id;
    }
}
