package dev.portcullis.client.pace;

/** A frame that the server counts sooner or later. */
final class SentFrame {
    /** A frame that gets no answer counts from then on as one that has arrived, unless an answer is awaited. */
    static final long UNANSWERED_MS = 10_000;

    private final String id;
    private final long sentAt;
    private long settledAt = Long.MAX_VALUE;

    SentFrame(String id, long sentAt) {
        this.id = id;
        this.sentAt = sentAt;
    }

    boolean hasId(String other) {
        return id.equals(other);
    }

    long sentAt() {
        return sentAt;
    }

    /** It has arrived at this time at the latest, or never will. */
    void settled(long at) {
        settledAt = at;
    }

    boolean isSettled() {
        return settledAt < Long.MAX_VALUE;
    }

    /** The latest time at which the server can have counted it, as far as that is known. */
    long countedAt(long now) {
        return Math.min(settledAt, now);
    }

    /**
     * The latest time at which the server can have counted it, if nothing is on its way for longer than {@code UNANSWERED_MS}.
     */
    long countedAtIfNotHeldBack(long now) {
        return Math.min(countedAt(now), sentAt + UNANSWERED_MS);
    }
}
