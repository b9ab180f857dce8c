package dev.portcullis.edge;

import dev.portcullis.audit.metrics.MessageRate;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What the edge instances of a node counted last, put together. Read from whatever thread asks for metrics. */
public final class EdgeStats {
    /** The time over which frames are counted. */
    static final int SECONDS = 10;

    private final AtomicReferenceArray<Count> latest;

    /**
     * One event loop's part.
     *
     * @param rooms streams of its carrier that have members, on whatever event loop: so each is counted once
     * @param pendingSessionEnds sessions whose end nobody has heard
     * @param sessions connections that have proven who they are
     * @param frames how many connections sent how many frames within {@value #SECONDS} seconds
     */
    record Count(
            long outboxBytes, int rooms, int sessions, int pendingSessionEnds, SortedMap<Integer, Integer> frames) {
        static final Count NOTHING = new Count(0, 0, 0, 0, new TreeMap<>());
    }

    public EdgeStats(int instances) {
        this.latest = new AtomicReferenceArray<>(instances);
        for (int i = 0; i < instances; i++) {
            latest.set(i, Count.NOTHING);
        }
    }

    void report(int instance, Count count) {
        latest.set(instance, count);
    }

    public long outboxBytes() {
        return sum(Count::outboxBytes);
    }

    public long rooms() {
        return sum(Count::rooms);
    }

    public long sessions() {
        return sum(Count::sessions);
    }

    public long pendingSessionEnds() {
        return sum(Count::pendingSessionEnds);
    }

    public MessageRate messageRate() {
        NavigableMap<Integer, Integer> all = new TreeMap<>();
        counts().forEach(count -> count.frames().forEach((frames, peers) -> all.merge(frames, peers, Integer::sum)));
        long connections = all.values().stream().mapToLong(Integer::longValue).sum();
        if (connections == 0) {
            return MessageRate.NONE;
        }
        double sent = all.entrySet().stream()
                .mapToDouble(each -> (double) each.getKey() * each.getValue())
                .sum();
        return new MessageRate(sent / connections / SECONDS, (double) p99(all, connections) / SECONDS);
    }

    /** What 99 of 100 connections did not go beyond. */
    private static int p99(NavigableMap<Integer, Integer> all, long connections) {
        long beyond = connections / 100;
        int frames = all.lastKey();
        for (var each : all.descendingMap().entrySet()) {
            frames = each.getKey();
            beyond -= each.getValue();
            if (beyond < 0) {
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
