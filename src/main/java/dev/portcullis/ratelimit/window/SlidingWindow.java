package dev.portcullis.ratelimit.window;

import dev.portcullis.protocol.Rejection.Window;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How much was counted recently. Counts within one step share a cell, and a cell leaves when its latest count is as old
 * as the window is long. So a cell never leaves early: no interval of the window's length, wherever it begins, holds
 * more than was allowed (a fixed window lets twice as much through at its boundary). And a wait for a cell is never
 * longer than the window.
 */
public final class SlidingWindow {
    private static final int[] EMPTY = {};
    private static final int FIRST_CELLS = 2;

    private final Span span;
    private int[] cells = EMPTY; // a ring of pairs: the low 32 bits of a time, and an amount
    private int oldest;
    private int live;
    private int total;
    private long last; // the time of the newest cell, while there is one

    public SlidingWindow(Window window) {
        this(Span.of(window));
    }

    public SlidingWindow(Span span) {
        this.span = span;
    }

    /**
     * How long until {@code amount} fits; 0 if it fits now. More than {@code max} counts as {@code max}, so it fits
     * into an empty window.
     */
    public long untilFree(long now, int amount, int max) {
        long at = forget(now);
        long excess = (long) total + Math.min(amount, max) - max;
        if (excess <= 0) {
            return 0;
        }
        int cell = 0;
        long freed = amountOf(cell);
        while (freed < excess) {
            freed += amountOf(++cell);
        }
        return at - now + span.lengthMs() - age(cell, at);
    }

    public void count(long now, int amount) {
        long at = forget(now);
        if (live == 0 || at / span.stepMs() != last / span.stepMs()) {
            makeRoom();
            live++;
            cells[slot(live - 1) + 1] = 0;
        }
        int newest = slot(live - 1);
        int fitting = Math.min(amount, Integer.MAX_VALUE - total); // refused bytes count without a bound
        cells[newest] = (int) at;
        cells[newest + 1] += fitting;
        total += fitting;
        last = at;
    }

    /** Takes back one of the counts that came last, if any still counts. */
    public void takeBack(long now) {
        forget(now);
        if (live == 0) {
            return;
        }
        cells[slot(live - 1) + 1]--;
        total--;
        if (amountOf(live - 1) == 0) {
            live--;
            last -= live == 0 ? 0 : (int) last - cells[slot(live - 1)];
        }
    }

    public int total(long now) {
        forget(now);
        return total;
    }

    /** The cells that are kept, oldest first. A window that counts the amount of each at its time has the same ones. */
    public List<Cell> cells() {
        return IntStream.range(0, live)
                .mapToObj(cell -> new Cell(last - age(cell, last), amountOf(cell)))
                .toList();
    }

    /** Drops cells that are too old. A clock read on another thread may lag; time never runs back here. */
    private long forget(long now) {
        if (live == 0) {
            return now;
        }
        long at = Math.max(now, last);
        if (at - last >= span.lengthMs()) {
            live = 0; // also keeps every age far below the 32 bits that a cell has for it
        }
        while (live > 0 && age(0, at) >= span.lengthMs()) {
            total -= amountOf(0);
            oldest = (oldest + 1) % (cells.length / 2);
            live--;
        }
        if (live == 0) {
            cells = EMPTY;
            oldest = 0;
            total = 0;
        }
        return at;
    }

    private void makeRoom() {
        if (live < cells.length / 2) {
            return;
        }
        int[] unrolled = Arrays.copyOf(cells, Math.max(2 * FIRST_CELLS, 2 * cells.length));
        for (int cell = 0; cell < live; cell++) {
            System.arraycopy(cells, slot(cell), unrolled, 2 * cell, 2);
        }
        cells = unrolled;
        oldest = 0;
    }

    private int age(int cell, long at) {
        return (int) at - cells[slot(cell)];
    }

    private int amountOf(int cell) {
        return cells[slot(cell) + 1];
    }

    private int slot(int cell) {
        return 2 * ((oldest + cell) % (cells.length / 2));
    }

    /**
     * The counts of one step.
     *
     * @param time the time of the latest of them
     */
    public record Cell(long time, int amount) {}

    /** A window's length, and the length of its steps. */
    public record Span(int lengthMs, int stepMs) {
        private static final Span BURST = new Span(1_000, 100);
        private static final Span MINUTE = new Span(60_000, 1_000);
        private static final Span HOUR = new Span(3_600_000, 60_000);

        public static Span of(Window window) {
            return switch (window) {
                case BURST -> BURST;
                case MINUTE, BYTES -> MINUTE;
                case HOUR -> HOUR;
            };
        }
    }
}
