package dev.portcullis.edge.socket;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One timer for all connections of an event loop. A rotation has {@value #SLOTS} slots; a task that is due later stays
 * for more rotations. Tasks run up to one tick late, never early.
 */
public final class TimerWheel {
    private static final Logger LOG = LoggerFactory.getLogger(TimerWheel.class);
    private static final int SLOTS = 512;
    private static final long TICK_MS = 50;
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(TICK_MS);

    private final List<List<Task>> slots = new ArrayList<>(SLOTS);
    private final long timer;
    private final long firstDue; // of the Vert.x timer, which keeps to its times after a delay
    private boolean stopped;
    private int now;
    private long timerRuns;

    public TimerWheel(Vertx vertx) {
        for (int i = 0; i < SLOTS; i++) {
            slots.add(new ArrayList<>());
        }
        firstDue = System.nanoTime() + TICK_NANOS;
        timer = vertx.setPeriodic(TICK_MS, any -> {
            timerRuns++;
            tick();
        });
    }

    public void in(long millis, Runnable task) {
        long ticks = Math.max(1, (millis + TICK_MS - 1) / TICK_MS + 1)
                + overdueTicks(); // the next tick may follow immediately
        int slot = (int) ((now + ticks) % SLOTS);
        slots.get(slot).add(new Task(task, (ticks - 1) / SLOTS));
    }

    public void stop(Vertx vertx) {
        stopped = true;
        vertx.cancelTimer(timer);
    }

    /**
     * After a blocked event loop the timer makes up for missed ticks. They are for a time before this task was added,
     * so they must not count for it.
     */
    private long overdueTicks() {
        long dueRuns = Math.floorDiv(System.nanoTime() - firstDue, TICK_NANOS) + 1;
        return stopped ? 0 : Math.max(0, dueRuns - timerRuns);
    }

    public void tick() {
        now = (now + 1) % SLOTS;
        List<Task> due = slots.get(now);
        if (due.isEmpty()) {
            return;
        }
        slots.set(now, new ArrayList<>());
        for (Task entry : due) {
            if (entry.rounds() == 0) {
                run(entry.task());
            } else {
                slots.get(now).add(new Task(entry.task(), entry.rounds() - 1));
            }
        }
    }

    /** A bug in the task of one connection must not stop the tasks of all others. */
    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException bug) {
            LOG.error("a timer task failed unexpectedly", bug);
        }
    }

    private record Task(Runnable task, long rounds) {}
}
