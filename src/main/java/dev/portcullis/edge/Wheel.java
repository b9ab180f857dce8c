package dev.portcullis.edge;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One timer for all connections of an event loop. A turn has {@value #SLOTS} slots; what is further away goes round
 * again. Looks happen up to one tick late, never early.
 */
final class Wheel {
    private static final Logger LOG = LoggerFactory.getLogger(Wheel.class);
    private static final int SLOTS = 512;
    private static final long TICK_MS = 50;

    private final List<List<Turn>> slots = new ArrayList<>(SLOTS);
    private final long timer;
    private int now;

    Wheel(Vertx vertx) {
        for (int i = 0; i < SLOTS; i++) {
            slots.add(new ArrayList<>());
        }
        timer = vertx.setPeriodic(TICK_MS, any -> tick());
    }

    void in(long millis, Runnable task) {
        long ticks = Math.max(1, (millis + TICK_MS - 1) / TICK_MS + 1); // the next tick may come at once
        int slot = (int) ((now + ticks) % SLOTS);
        slots.get(slot).add(new Turn(task, (ticks - 1) / SLOTS));
    }

    void stop(Vertx vertx) {
        vertx.cancelTimer(timer);
    }

    void tick() {
        now = (now + 1) % SLOTS;
        List<Turn> due = slots.get(now);
        if (due.isEmpty()) {
            return;
        }
        slots.set(now, new ArrayList<>());
        for (Turn turn : due) {
            if (turn.rounds() == 0) {
                run(turn.task());
            } else {
                slots.get(now).add(new Turn(turn.task(), turn.rounds() - 1));
            }
        }
    }

    /** One connection's bug must not stop the looks at all the others. */
    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException bug) {
            LOG.error("a look at a connection met a bug", bug);
        }
    }

    private record Turn(Runnable task, long rounds) {}
}
