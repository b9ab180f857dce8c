package dev.portcullis.edge;

import dev.portcullis.auth.session.SessionEnder;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.streams.delivery.StreamHubShard;
import java.util.Collection;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Samples the connections of one event loop periodically, so that no frame pays for being counted. */
final class EdgeStatsSampler {
    static final long INTERVAL_MS = 1_000;

    private final int instance;
    private final EdgeStats stats;
    private final Collection<Connection> connections;
    private final StreamHubShard shard;
    private final SessionEnder sessionEnder;
    private SortedMap<Integer, Integer> frames = new TreeMap<>();
    private int samples;
    private OptionalLong sampledAt = OptionalLong.empty();

    EdgeStatsSampler(
            int instance,
            EdgeStats stats,
            Collection<Connection> connections,
            StreamHubShard shard,
            SessionEnder sessionEnder) {
        this.instance = instance;
        this.stats = stats;
        this.connections = connections;
        this.shard = shard;
        this.sessionEnder = sessionEnder;
    }

    /**
     * Called every {@value #INTERVAL_MS} ms on the event loop.
     *
     * @param now in nanoseconds
     */
    void sample(long now) {
        long lag = lateness(now);
        sampledAt = OptionalLong.of(now);
        samples++;
        if (samples % EdgeStats.SECONDS == 0) {
            frames = newFrames();
        }
        long waiting = connections.stream()
                .mapToLong(each -> each.transport().waitingBytes())
                .sum();
        stats.report(
                instance,
                new EdgeStats.Count(
                        lag, waiting, shard.followedRooms(), authenticated(), sessionEnder.pendingCount(), frames));
    }

    private long lateness(long now) {
        long interval = TimeUnit.MILLISECONDS.toNanos(INTERVAL_MS);
        return sampledAt.isPresent() ? Math.max(0, now - sampledAt.getAsLong() - interval) : 0;
    }

    private int authenticated() {
        return (int) connections.stream()
                .filter(each -> each.identified().isPresent())
                .count();
    }

    private SortedMap<Integer, Integer> newFrames() {
        SortedMap<Integer, Integer> connectionsByFrames = new TreeMap<>();
        connections.forEach(each -> connectionsByFrames.merge(each.newFrames(), 1, Integer::sum));
        return connectionsByFrames;
    }
}
