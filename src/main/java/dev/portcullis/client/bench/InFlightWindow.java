package dev.portcullis.client.bench;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The closed loop of one room: a fixed number of messages is in flight, and the next one is sent when one has reached
 * all members. Called from several threads.
 */
final class InFlightWindow {
    private final int members;
    private final int width;
    private final AtomicLong deliveries = new AtomicLong();
    private final AtomicLong lastChecked = new AtomicLong(-1);

    InFlightWindow(int members, int width) {
        this.members = members;
        this.width = width;
    }

    int width() {
        return width;
    }

    /** Counts a delivery; returns whether a message has now reached all members, so the next can be sent. */
    boolean delivered() {
        return deliveries.incrementAndGet() % members == 0;
    }

    /**
     * Called periodically; returns whether no delivery came since the last call, so the messages in flight must be
     * given up.
     */
    boolean stalled() {
        long now = deliveries.get();
        return lastChecked.getAndSet(now) == now;
    }
}
