package dev.portcullis.streams.embedded;

import dev.portcullis.store.Lanes;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.lane.LaneStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The lanes of a single node. No other node can expire a lease, so each lease is held as long as the store can be read.
 * Only cut-offs and notifications, which the node follows by the lanes, are reported as moved: all other entries arrive
 * over the local bus.
 */
final class EmbeddedLaneStore implements LaneStore {
    private static final String ONLY_FORK = "embedded";
    private static final StreamName NOTIFICATIONS = StreamName.notifications();

    private final EmbeddedStore store;
    private final StreamTables tables;
    private final LongSupplier millis;

    EmbeddedLaneStore(EmbeddedStore store, StreamTables tables, LongSupplier millis) {
        this.store = store;
        this.tables = tables;
        this.millis = millis;
    }

    @Override
    public int lanesAtOnce() {
        return Lanes.COUNT;
    }

    @Override
    public Future<List<LaneTick>> tick(LeaseHolder leaseHolder, List<LaneCursor> cursors) {
        return store.read(reader -> {
            long now = millis.getAsLong();
            return cursors.stream().map(cursor -> tickOf(reader, cursor, now)).toList();
        });
    }

    @Override
    public Future<Void> release(LeaseHolder leaseHolder) {
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> expireStale(String node) {
        return Future.succeededFuture();
    }

    private LaneTick tickOf(Reader reader, LaneCursor cursor, long now) {
        List<StreamName> streams = streamsOf(cursor.lane());
        long head = streams.stream()
                .mapToLong(stream -> tables.meta(reader, stream).head())
                .sum(); // rises with each append, like a lane's counter
        return new LaneTick(
                Lease.HELD,
                new LaneCursor(cursor.lane(), ONLY_FORK, head),
                cursor.fork().equals(ONLY_FORK),
                head > cursor.laneSeq()
                        ? streams.stream()
                                .map(stream -> new Moved(stream, head))
                                .toList()
                        : List.of(),
                now,
                0);
    }

    /** The server's own streams of a lane. */
    private static List<StreamName> streamsOf(int lane) {
        StreamName cutoffs = StreamName.cutoffs(lane);
        return lane == NOTIFICATIONS.lane() ? List.of(cutoffs, NOTIFICATIONS) : List.of(cutoffs);
    }
}
