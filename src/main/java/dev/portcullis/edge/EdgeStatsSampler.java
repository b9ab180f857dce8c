package dev.portcullis.edge;

import dev.portcullis.auth.session.SessionEnder;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.streams.delivery.StreamHubShard;
import java.util.Collection;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * Samples an event loop periodically, so that no frame pays for being counted. Only every {@value EdgeStats#SECONDS} samples look at each
 * connection: where most are idle, that costs more than their frames.
 */
final class EdgeStatsSampler {
    static final long INTERVAL_MS = 1_000;

    private final int instance;
    private final EdgeStats stats;
    private final Collection<Connection> connections;
    private final IntSupplier sessions;
    private final StreamHubShard shard;
    private final SessionEnder sessionEnder;
    private SortedMap<Integer, Integer> frames = new TreeMap<>();
    private int samples;
    private OptionalLong sampledAt = OptionalLong.empty();

    /** @param sessions the number of authenticated connections among them */
    EdgeStatsSampler(
            int instance,
            EdgeStats stats,
            Collection<Connection> connections,
            IntSupplier sessions,
            StreamHubShard shard,
            SessionEnder sessionEnder) {
        this.instance = instance;
        this.stats = stats;
        this.connections = connections;
        this.sessions = sessions;
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
        stats.report(
                instance,
                new EdgeStats.Count(
                        lag, shard.followedRooms(), sessions.getAsInt(), sessionEnder.pendingCount(), frames));
    }

    private long lateness(long now) {
        long interval = TimeUnit.MILLISECONDS.toNanos(INTERVAL_MS);
        return sampledAt.isPresent() ? Math.max(0, now - sampledAt.getAsLong() - interval) : 0;
    }

    private SortedMap<Integer, Integer> newFrames() {
        SortedMap<Integer, Integer> connectionsByFrames = new TreeMap<>();
        connections.forEach(each -> connectionsByFrames.merge(each.newFrames(), 1, Integer::sum));
        return connectionsByFrames;
    }
}
