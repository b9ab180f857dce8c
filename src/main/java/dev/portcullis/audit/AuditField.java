package dev.portcullis.audit;

/** What an event may say. A closed set: no token and no message text can get into the log under a name of its own. */
enum AuditField {
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

    AuditField(String word) {
        this.id = word;
    }

    String id() {
        return id;
    }
}
