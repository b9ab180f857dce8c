package dev.portcullis.cluster.kit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/** Samples what a node holds, again and again, and looks each second by how much its event loops are late. */
public final class ResourceLog implements AutoCloseable {
    private static final long AFTER_COLLECTION_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final int CLASSES = 15;
    private static final double MEGABYTE = 1 << 20;

    /** By so much the JVM lets its heap grow and shrink, within its limit of 256 MB, while what lives in it stays the same. */
    private static final long HEAP_SIZES = 64 << 20;

    private final NodeFork node;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final List<NodeResources> samples = new CopyOnWriteArrayList<>();
    private final List<Exception> failures = new CopyOnWriteArrayList<>();
    private final long startNanos = System.nanoTime();
    private volatile double lag;
    private long collectedAt;

    private ResourceLog(NodeFork node) {
        this.node = node;
    }

    public static ResourceLog start(NodeFork node, Duration interval) {
        ResourceLog log = new ResourceLog(node);
        long millis = interval.toMillis();
        log.every(millis, log::sample);
        log.every(TimeUnit.SECONDS.toMillis(1), log::look);
        return log;
    }

    private interface Look {
        void now() throws Exception;
    }

    private void every(long millis, Look look) {
        var unused = clock.scheduleAtFixedRate(() -> attempt(look), millis, millis, TimeUnit.MILLISECONDS);
    }

    private void attempt(Look look) {
        try {
            look.now();
        } catch (Exception failed) {
            failures.add(failed);
        }
    }

    private void sample() throws Exception {
        NodeResources sample = NodeResources.of(node);
        collectedAt = System.nanoTime();
        samples.add(sample);
        System.out.println(line(sample));
    }

    /** The collection of a sample stops all loops; that is not the node's lag. */
    private void look() throws Exception {
        double now = node.running().metric("portcullis_event_loop_lag_seconds").orElse(0);
        if (System.nanoTime() - collectedAt > AFTER_COLLECTION_NANOS) {
            lag = Math.max(lag, now);
        }
    }

    private String line(NodeResources sample) {
        return String.format(
                Locale.ROOT,
                "%-6s %5d s  heap %6.1f MB  direct %6.1f MB  resident %6.1f MB  %3d threads  %4d descriptors  CPU %5d s  "
                        + "longest lag of a loop %3.0f ms",
                node.name(),
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos),
                sample.heapBytes() / MEGABYTE,
                sample.direct() / MEGABYTE,
                sample.resident() / MEGABYTE,
                sample.threads(),
                sample.descriptors(),
                sample.cpu().toSeconds(),
                lag * 1_000);
    }

    /** What grew, and samples that failed. */
    public List<String> findings() {
        List<String> findings = new ArrayList<>();
        failures.forEach(each -> findings.add(node.name() + ": " + each));
        grown("heap", NodeResources::heapBytes, 1 << 20)
                .ifPresent(grown -> findings.add(grown + "\n" + String.join("\n", grownClasses())));
        grown("direct memory", NodeResources::direct, 1 << 20).ifPresent(findings::add);
        grown("resident memory", NodeResources::resident, HEAP_SIZES).ifPresent(findings::add);
        grown("threads", NodeResources::threads, 1).ifPresent(findings::add);
        grown("descriptors", NodeResources::descriptors, 4).ifPresent(findings::add);
        return findings;
    }

    private Optional<String> grown(String what, ToLongFunction<NodeResources> quantity, long noise) {
        Trend trend = Trend.of(samples.stream().mapToLong(quantity));
        return trend.isFlat(noise)
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "%s: %s grew from %,d in the middle of the run to %,d at its end",
                        node.name(),
                        what,
                        trend.middle(),
                        trend.last()));
    }

    /** The classes whose objects grew most since the middle of the run. */
    private List<String> grownClasses() {
        NodeResources middle = samples.get(samples.size() / 2);
        return samples.get(samples.size() - 1).heap().entrySet().stream()
                .sorted(Comparator.comparingLong(
                        each -> middle.heap().getOrDefault(each.getKey(), 0L) - each.getValue()))
                .limit(CLASSES)
                .map(each -> String.format(
                        Locale.ROOT,
                        "%,12d to %,12d bytes of %s",
                        middle.heap().getOrDefault(each.getKey(), 0L),
                        each.getValue(),
                        each.getKey()))
                .toList();
    }

    /** How many samples there are. */
    public int size() {
        return samples.size();
    }

    /** Ends with what it is at. */
    @Override
    public void close() {
        clock.shutdown();
        try {
            clock.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
