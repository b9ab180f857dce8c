package dev.portcullis.edge.socket;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One timer for all connections of an event loop. A turn has {@value #SLOTS} slots; what is further away goes round
 * again. Looks happen up to one tick late, never early.
 */
public final class TimerWheel {
    private static final Logger LOG = LoggerFactory.getLogger(TimerWheel.class);
    private static final int SLOTS = 512;
    private static final long TICK_MS = 50;
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(TICK_MS);

    private final List<List<Task>> slots = new ArrayList<>(SLOTS);
    private final long timer;
    private int now;
    private long timerRuns; // by the timer
    private long firstDue; // as the promptest of its turns shows

    public TimerWheel(Vertx vertx) {
        for (int i = 0; i < SLOTS; i++) {
            slots.add(new ArrayList<>());
        }
        timer = vertx.setPeriodic(TICK_MS, any -> onTimer());
    }

    public void in(long millis, Runnable task) {
        long ticks = Math.max(1, (millis + TICK_MS - 1) / TICK_MS + 1) + overdueTicks(); // the next tick may come at once
        int slot = (int) ((now + ticks) % SLOTS);
        slots.get(slot).add(new Task(task, (ticks - 1) / SLOTS));
    }

    public void stop(Vertx vertx) {
        vertx.cancelTimer(timer);
    }

    private void onTimer() {
        long due = System.nanoTime() - timerRuns * TICK_NANOS;
        firstDue = timerRuns == 0 || due - firstDue < 0 ? due : firstDue;
        timerRuns++;
        tick();
    }

    /** Where the event loop stood still the timer makes up for it: ticks of a time that was over before this was put in. */
    private long overdueTicks() {
        return timerRuns == 0 ? 0 : Math.max(0, (System.nanoTime() - firstDue) / TICK_NANOS + 1 - timerRuns);
    }

    public void tick() {
        now = (now + 1) % SLOTS;
        List<Task> due = slots.get(now);
        if (due.isEmpty()) {
            return;
        }
        slots.set(now, new ArrayList<>());
        for (Task turn : due) {
            if (turn.rounds() == 0) {
                run(turn.task());
            } else {
                slots.get(now).add(new Task(turn.task(), turn.rounds() - 1));
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

    private record Task(Runnable task, long rounds) {}
}
