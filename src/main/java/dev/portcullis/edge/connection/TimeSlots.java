package dev.portcullis.edge.connection;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Parts of a window, one for each connection that has to go, so that those who come back do not come all at once. */
public final class TimeSlots {
    private TimeSlots() {}

    /** Who gets one. */
    @FunctionalInterface
    public interface Taker {
        /** Both in milliseconds from now. */
        void take(Connection connection, long begins, long ends);
    }

    public static void spread(Collection<Connection> connections, long windowMs, Taker taker) {
        List<Connection> order = new ArrayList<>(connections);
        Collections.shuffle(order, ThreadLocalRandom.current()); // who came first shall not always go first
        int count = order.size();
        for (int i = 0; i < count; i++) {
            taker.take(order.get(i), windowMs * i / count, windowMs * (i + 1) / count);
        }
    }
}
