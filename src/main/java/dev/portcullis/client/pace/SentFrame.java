package dev.portcullis.client.pace;

/** A frame that the server counts sooner or later. */
final class SentFrame {
    /** A frame without an answer counts from then on as one that has arrived. */
    static final long UNANSWERED_MS = 10_000;

    private final String id;
    private final long sentAt;
    private long answeredAt = Long.MAX_VALUE;

    SentFrame(String id, long sentAt) {
        this.id = id;
        this.sentAt = sentAt;
    }

    boolean hasId(String other) {
        return id.equals(other);
    }

    boolean isOld(long now) {
        return sentAt + UNANSWERED_MS <= now;
    }

    void answered(long now) {
        answeredAt = now;
    }

    /** The latest time at which the server can have counted it, as far as that is known. */
    long countedAt(long now) {
        return Math.min(answeredAt, Math.min(now, sentAt + UNANSWERED_MS));
    }
}
