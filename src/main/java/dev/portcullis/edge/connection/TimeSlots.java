package dev.portcullis.edge.connection;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Divides a window into one slot for each connection that must close, so that the clients do not all reconnect at once.
 */
public final class TimeSlots {
    private TimeSlots() {}

    /** Receives the slot of each connection. */
    @FunctionalInterface
    public interface SlotConsumer {
        /** Both times in milliseconds from now. */
        void accept(Connection connection, long begins, long ends);
    }

    public static void spread(Collection<Connection> connections, long windowMs, SlotConsumer consumer) {
        List<Connection> order = new ArrayList<>(connections);
        Collections.shuffle(order, ThreadLocalRandom.current()); // the oldest connections must not always go first
        int count = order.size();
        for (int i = 0; i < count; i++) {
            consumer.accept(order.get(i), windowMs * i / count, windowMs * (i + 1) / count);
        }
    }
}
