package dev.portcullis.edge.socket;

import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One timer for all connections of an event loop, which is set for the first task that is due: without tasks the loop sleeps. A
 * rotation has {@value #SLOTS} slots; a task that is due later stays for more rotations. Tasks run up to two ticks late, never
 * early, on the context on which the wheel was made.
 */
public final class TimerWheel {
    private static final Logger LOG = LoggerFactory.getLogger(TimerWheel.class);
    private static final int SLOTS = 512;
    private static final long TICK_MS = 50;
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(TICK_MS);
    private static final long STEP_TICKS = 5;
    private static final long SHORTEST_IN_STEP_MS = 5_000;
    private static final long NONE = -1;

    private final List<List<Task>> slots = new ArrayList<>(SLOTS);
    private final ContextInternal context;
    private final long madeAt = System.nanoTime();
    private boolean stopped;
    private boolean ticking;
    private int waiting;
    private long now; // in ticks; behind the clock while the loop sleeps or is blocked
    private long timer = NONE;
    private long timerDue;

    /** Call this on the event loop. */
    public TimerWheel(Vertx vertx) {
        for (int i = 0; i < SLOTS; i++) {
            slots.add(new ArrayList<>());
        }
        context = ((VertxInternal) vertx).getOrCreateContext();
    }

    /** Counts from the clock: ticks that are overdue after a blocked loop are for a time before this task was added. */
    public void in(long millis, Runnable task) {
        if (waiting == 0) {
            now = clockTick();
        }
        Task added = new Task(task, dueIn(millis));
        slot(added.due()).add(added);
        waiting++;
        if (!ticking) {
            setTimer(added.due());
        }
    }

    /**
     * The time after which a task is due that may be {@value #STEP_TICKS} ticks late: the same moment for all such tasks around it, so
     * that they wake up the loop together. A short time stays as it is.
     */
    public long untilStep(long millis) {
        return millis < SHORTEST_IN_STEP_MS ? millis : millis + Math.floorMod(-dueIn(millis), STEP_TICKS) * TICK_MS;
    }

    private long dueIn(long millis) {
        return clockTick() + Math.max(1, (millis + TICK_MS - 1) / TICK_MS + 1); // the next tick may follow immediately
    }

    public void stop(Vertx vertx) {
        stopped = true;
        vertx.cancelTimer(timer);
    }

    /** Whether no timer is set. */
    boolean isIdle() {
        return timer == NONE;
    }

    /** The tick that the clock shows; a wheel that is stopped goes on by hand. */
    private long clockTick() {
        return stopped ? now : Math.max(now, (System.nanoTime() - madeAt) / TICK_NANOS);
    }

    private List<Task> slot(long tick) {
        return slots.get((int) (tick % SLOTS));
    }

    private void setTimer(long due) {
        if (stopped || (timer != NONE && timerDue <= due)) {
            return;
        }
        context.owner().cancelTimer(timer);
        timerDue = due;
        long nanos = madeAt + due * TICK_NANOS - System.nanoTime();
        timer = context.setTimer(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos) + 1), any -> tickToClock());
    }

    private void tickToClock() {
        timer = NONE;
        ticking = true;
        long clock = clockTick();
        while (now < clock && waiting > 0) {
            tick();
        }
        ticking = false;
        if (waiting > 0) {
            setTimer(nextOccupied());
        }
    }

    /** The tasks of that slot may be due after more rotations: then the timer fires once for nothing. */
    private long nextOccupied() {
        long next = now + 1;
        while (slot(next).isEmpty()) {
            next++;
        }
        return next;
    }

    public void tick() {
        now++;
        List<Task> candidates = slot(now);
        if (candidates.isEmpty()) {
            return;
        }
        slots.set((int) (now % SLOTS), new ArrayList<>());
        for (Task each : candidates) {
            if (each.due() <= now) {
                waiting--;
                run(each.task());
            } else {
                slot(now).add(each);
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

    /** @param due in ticks */
    private record Task(Runnable task, long due) {}
}
