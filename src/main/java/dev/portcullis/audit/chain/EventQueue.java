package dev.portcullis.audit.chain;

import dev.portcullis.audit.EventName.Priority;
import dev.portcullis.audit.LogThrottle;
import dev.portcullis.protocol.LowerCaseId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Events on their way to the disk, in one order. It never blocks who offers (an event loop), and is bounded in two
 * parts, so that a flood of ordinary events can't displace those that are evidence (CWE-778).
 */
public final class EventQueue {
    /** The two parts. */
    public enum Kind implements LowerCaseId {
        ORDINARY,
        RESERVED
    }

    private record Waiting(Optional<ChainEntry> entry, Kind kind) {}

    /** Ends a wait, and is no event. */
    private static final Waiting WAKE_UP = new Waiting(Optional.empty(), Kind.RESERVED);

    private static final Logger LOG = LoggerFactory.getLogger(EventQueue.class);
    private static final long THROTTLED_MS = 10_000;

    private final LogThrottle drops = new LogThrottle(System::nanoTime);
    private final int ordinary;
    private final int reserved;
    private final Consumer<Kind> onDropped;
    private final LinkedBlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>(); // bounded by the counts below
    private final AtomicInteger ordinaryWaiting = new AtomicInteger();
    private final AtomicInteger reservedWaiting = new AtomicInteger();
    private final Semaphore urgent = new Semaphore(0);
    private volatile Set<Priority> admitted = Set.of(Priority.values());
    private long saidAt;
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

    /** Takes these alone from now on: there is no room in the files for others. Called on one thread. */
    void admit(Set<Priority> now) {
        if (now.equals(admitted)) {
            return;
        }
        LOG.atLevel(now.size() < admitted.size() ? Level.ERROR : Level.INFO)
                .addKeyValue("event", "audit.full")
                .addKeyValue("taken", now)
                .log("the bound of the audit files decides which events are written: the others are counted");
        admitted = Set.copyOf(now);
    }

    /** Whether any event is taken. */
    boolean admits() {
        return !admitted.isEmpty();
    }

    void offer(Priority priority, ChainEntry entry) {
        if (!admitted.contains(priority)) {
            drop(priority == Priority.ORDINARY ? Kind.ORDINARY : Kind.RESERVED);
            return;
        }
        switch (priority) {
            case ORDINARY -> offer(Kind.ORDINARY, ordinary, entry);
            case REFUSAL -> offer(Kind.RESERVED, reserved / 2, entry);
            case FACT -> offer(Kind.RESERVED, reserved, entry);
        }
    }

    private void offer(Kind kind, int limit, ChainEntry entry) {
        AtomicInteger count = kind == Kind.ORDINARY ? ordinaryWaiting : reservedWaiting;
        if (count.incrementAndGet() <= limit) {
            waiting.add(new Waiting(Optional.of(entry), kind));
            if (kind == Kind.RESERVED) {
                urgent.release();
            }
            return;
        }
        count.decrementAndGet();
        drop(kind);
    }

    private void drop(Kind kind) {
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
            each.entry.ifPresent(entry -> {
                (each.kind == Kind.ORDINARY ? ordinaryWaiting : reservedWaiting).decrementAndGet();
                entries.add(entry);
            });
        }
        return entries;
    }

    /**
     * Waits, so that ordinary events are taken together: a thread that wakes up for each of them takes a tenth of a node that is busy
     * with handshakes. What is evidence ends the wait.
     */
    void gather(long waitMs) throws InterruptedException {
        if (urgent.tryAcquire(waitMs, TimeUnit.MILLISECONDS)) {
            urgent.drainPermits();
        }
    }

    /** Ends the wait of a call of {@link #take} or {@link #gather}, now or next. */
    void wakeUp() {
        waiting.add(WAKE_UP);
        urgent.release();
    }

    /** Counts the events that found no room since the last call. */
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

    /** The lines about what found no room. They take room too, so where there is none they are throttled. */
    List<ChainEntry> drops(long now) {
        if (admitted.size() < Priority.values().length && now - saidAt < THROTTLED_MS && now >= saidAt) {
            return List.of();
        }
        saidAt = now;
        return allDrops(now);
    }

    /** The lines about all drops, whatever room there is. */
    List<ChainEntry> allDrops(long now) {
        List<ChainEntry> lost = new ArrayList<>();
        for (Map.Entry<Kind, Long> each : takeDropped().entrySet()) {
            lost.add(ChainEntry.of(
                    ChainEvent.DROPPED, now, Map.of("queue", each.getKey().id(), "count", each.getValue())));
            drops.suppressed()
                    .ifPresent(suppressed -> LOG.atError()
                            .addKeyValue("event", "audit.dropped")
                            .addKeyValue("queue", each.getKey().id())
                            .addKeyValue("count", each.getValue())
                            .addKeyValue("suppressed", suppressed)
                            .log("audit events found no room and are lost"));
        }
        return lost;
    }

    int size() {
        return ordinaryWaiting.get() + reservedWaiting.get();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    private AtomicLong counted(Kind kind) {
        return java.util.Objects.requireNonNull(dropped.get(kind));
    }
}
