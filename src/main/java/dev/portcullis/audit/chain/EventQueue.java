package dev.portcullis.audit.chain;

import dev.portcullis.audit.EventPriority;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Events on their way to the disk, in one order. It never blocks who offers (an event loop), and is bounded in two
 * parts, so that a flood of ordinary events can't displace those that are evidence (CWE-778).
 */
public final class EventQueue {
    /** The two parts. */
    public enum Kind {
        ORDINARY,
        RESERVED;

        private final String id = name().toLowerCase(Locale.ROOT);

        public String id() {
            return id;
        }
    }

    private record Waiting(ChainEntry entry, Kind kind) {}

    private final int ordinary;
    private final int reserved;
    private final Consumer<Kind> onDropped;
    private final LinkedBlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>(); // bounded by the counts below
    private final AtomicInteger ordinaryWaiting = new AtomicInteger();
    private final AtomicInteger reservedWaiting = new AtomicInteger();
    private final Map<Kind, AtomicLong> dropped = new EnumMap<>(Kind.class);

    /** @param onDropped counts an event that found no room; called on the thread that offers */
    EventQueue(int ordinary, int reserved, Consumer<Kind> onDropped) {
        this.ordinary = ordinary;
        this.reserved = reserved;
        this.onDropped = onDropped;
        for (Kind kind : Kind.values()) {
            dropped.put(kind, new AtomicLong());
        }
    }

    void offer(EventPriority priority, ChainEntry entry) {
        switch (priority) {
            case ORDINARY -> offer(Kind.ORDINARY, ordinary, entry);
            case REFUSAL -> offer(Kind.RESERVED, reserved / 2, entry);
            case FACT -> offer(Kind.RESERVED, reserved, entry);
        }
    }

    private void offer(Kind kind, int limit, ChainEntry entry) {
        AtomicInteger count = kind == Kind.ORDINARY ? ordinaryWaiting : reservedWaiting;
        if (count.incrementAndGet() <= limit) {
            waiting.add(new Waiting(entry, kind));
            return;
        }
        count.decrementAndGet();
        counted(kind).incrementAndGet();
        onDropped.accept(kind);
    }

    /** The next events, in the order in which they were offered; none if there was none within the time. */
    List<ChainEntry> take(int most, long waitMs) throws InterruptedException {
        Waiting first = waiting.poll(waitMs, TimeUnit.MILLISECONDS);
        if (first == null) {
            return List.of();
        }
        List<Waiting> taken = new ArrayList<>();
        taken.add(first);
        waiting.drainTo(taken, most - 1);
        List<ChainEntry> entries = new ArrayList<>(taken.size());
        for (Waiting each : taken) {
            (each.kind == Kind.ORDINARY ? ordinaryWaiting : reservedWaiting).decrementAndGet();
            entries.add(each.entry);
        }
        return entries;
    }

    /** What found no room since the last call. */
    Map<Kind, Long> takeDropped() {
        Map<Kind, Long> counts = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            long count = counted(kind).getAndSet(0);
            if (count > 0) {
                counts.put(kind, count);
            }
        }
        return Collections.unmodifiableMap(counts);
    }

    int size() {
        return waiting.size();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    private AtomicLong counted(Kind kind) {
        return java.util.Objects.requireNonNull(dropped.get(kind));
    }
}
