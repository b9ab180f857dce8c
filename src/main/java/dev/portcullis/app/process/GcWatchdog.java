package dev.portcullis.app.process;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.GcInfo;
import dev.portcullis.app.process.GcMonitor.Collections;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The thread that monitors the garbage collector. It covers the collectors of HotSpot that stop the process while they
 * work. The concurrent ones run beside the program, so their time says nothing, and they end in an
 * {@link OutOfMemoryError} instead.
 */
public final class GcWatchdog {
    private static final long STEP_MS = 500;
    private static final Set<String> FULL_COLLECTORS = Set.of("MarkSweepCompact", "PS MarkSweep", "G1 Old Generation");
    private static final Set<String> YOUNG_COLLECTORS = Set.of("Copy", "PS Scavenge", "G1 Young Generation");

    private final List<GarbageCollectorMXBean> whole = named(FULL_COLLECTORS);
    private final List<GarbageCollectorMXBean> young = named(YOUNG_COLLECTORS);
    private final Set<String> heap = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getName)
            .collect(Collectors.toUnmodifiableSet());
    private final GcMonitor monitor;
    private final Runnable onlyGarbage;
    private long fullBefore;
    private double left;

    private GcWatchdog(long collectingMs, Runnable onlyGarbage) {
        this.monitor = new GcMonitor(collectingMs);
        this.onlyGarbage = onlyGarbage;
    }

    /** @param onlyGarbage runs when the process did nothing but collect garbage for that long */
    public static void start(long collectingMs, Runnable onlyGarbage) {
        Thread thread = new Thread(new GcWatchdog(collectingMs, onlyGarbage)::run, "garbage-watchdog");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (!monitor.check(System.nanoTime(), collected())) {
                TimeUnit.MILLISECONDS.sleep(STEP_MS);
            }
            onlyGarbage.run();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private Collections collected() {
        long millis = 0;
        long full = 0;
        for (GarbageCollectorMXBean each : young) {
            millis += each.getCollectionTime();
        }
        for (GarbageCollectorMXBean each : whole) {
            millis += each.getCollectionTime();
            full += each.getCollectionCount();
        }
        if (full > fullBefore) { // to ask for the pools of each collection costs more than all else here
            fullBefore = full;
            left = whole.stream()
                    .mapToDouble(each -> left(each.getLastGcInfo()))
                    .max()
                    .orElse(0);
        }
        return new Collections(millis, full, left);
    }

    private double left(@Nullable GcInfo last) {
        if (last == null) { // no collection yet
            return 0;
        }
        long used = last.getMemoryUsageAfterGc().entrySet().stream()
                .filter(pool -> heap.contains(pool.getKey()))
                .mapToLong(pool -> pool.getValue().getUsed())
                .sum();
        return (double) used / Runtime.getRuntime().maxMemory();
    }

    private static List<GarbageCollectorMXBean> named(Set<String> names) {
        return ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class).stream()
                .filter(each -> names.contains(each.getName()))
                .toList();
    }
}
