package dev.portcullis.edge;

import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Sums the latest counts of a node's edge instances. Any thread may read it. */
final class EdgeStats {
    /** Period over which frames are counted. */
    static final int SECONDS = 10;

    private final AtomicReferenceArray<Count> latest;

    /** Frames per second and connection, over all open connections. */
    record MessageRate(double mean, double p99) {
        static final MessageRate NONE = new MessageRate(0, 0);
    }

    /**
     * Counts of one event loop.
     * @param lagNanos by how much its last sample was late
     * @param rooms followed streams of its shard that have subscribers on any event loop: each is counted once
     * @param pendingSessionEnds sessions whose end is not yet confirmed by the store
     * @param sessions authenticated connections
     * @param frames number of connections by the number of frames they sent within {@value #SECONDS} seconds
     */
    record Count(long lagNanos, int rooms, int sessions, int pendingSessionEnds, SortedMap<Integer, Integer> frames) {
        static final Count NOTHING = new Count(0, 0, 0, 0, new TreeMap<>());
    }

    EdgeStats(int instances) {
        this.latest = new AtomicReferenceArray<>(instances);
        for (int i = 0; i < instances; i++) {
            latest.set(i, Count.NOTHING);
        }
    }

    void report(int instance, Count count) {
        latest.set(instance, count);
    }

    /** The worst of all instances, in nanoseconds. */
    long lag() {
        return counts().mapToLong(Count::lagNanos).max().orElse(0);
    }

    long rooms() {
        return sum(Count::rooms);
    }

    long sessions() {
        return sum(Count::sessions);
    }

    long pendingSessionEnds() {
        return sum(Count::pendingSessionEnds);
    }

    MessageRate messageRate() {
        NavigableMap<Integer, Integer> all = new TreeMap<>();
        counts().forEach(count ->
                count.frames().forEach((frames, connections) -> all.merge(frames, connections, Integer::sum)));
        long connections = all.values().stream().mapToLong(Integer::longValue).sum();
        if (connections == 0) {
            return MessageRate.NONE;
        }
        double sent = all.entrySet().stream()
                .mapToDouble(each -> (double) each.getKey() * each.getValue())
                .sum();
        return new MessageRate(sent / connections / SECONDS, (double) p99(all, connections) / SECONDS);
    }

    /** The frame count that 99 of 100 connections do not exceed. */
    private static int p99(NavigableMap<Integer, Integer> all, long connections) {
        long above = connections / 100;
        int frames = all.lastKey();
        for (var each : all.descendingMap().entrySet()) {
            frames = each.getKey();
            above -= each.getValue();
            if (above < 0) {
                break;
            }
        }
        return frames;
    }

    private long sum(ToLongFunction<Count> part) {
        return counts().mapToLong(part).sum();
    }

    private Stream<Count> counts() {
        return IntStream.range(0, latest.length()).mapToObj(latest::get);
    }
}
