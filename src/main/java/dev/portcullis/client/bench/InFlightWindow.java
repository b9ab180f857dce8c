package dev.portcullis.client.bench;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The closed loop of one room: so many messages are under way, and the next may go when one has reached all members.
 * Members live on several threads.
 */
final class InFlightWindow {
    private final int members;
    private final int width;
    private final AtomicLong deliveries = new AtomicLong();
    private final AtomicLong lastLook = new AtomicLong(-1);

    InFlightWindow(int members, int width) {
        this.members = members;
        this.width = width;
    }

    int width() {
        return width;
    }

    /** Whether this delivery ends a message, so that the next may go. */
    boolean delivered() {
        return deliveries.incrementAndGet() % members == 0;
    }

    /** Looked at now and then: whether nothing moved since the last look, so that what is under way must be given up. */
    boolean stalled() {
        long now = deliveries.get();
        return lastLook.getAndSet(now) == now;
    }
}
