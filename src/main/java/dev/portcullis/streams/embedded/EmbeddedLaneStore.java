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
 * The lanes of a single node. Nobody else could take a lease, so each is held for as long as the store can be read; and of
 * what moves only cut-offs are told, since everything else comes by the one bus there is.
 */
final class EmbeddedLaneStore implements LaneStore {
    private static final String ONLY_FORK = "embedded";

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
    public Future<List<LaneTick>> tick(LeaseHolder leaseHolder, List<LaneCursor> marks) {
        return store.read(reader -> {
            long now = millis.getAsLong();
            return marks.stream().map(mark -> news(reader, mark, now)).toList();
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

    private LaneTick news(Reader reader, LaneCursor mark, long now) {
        StreamName cutoffs = StreamName.cutoffs(mark.lane());
        long head = tables.meta(reader, cutoffs).head();
        return new LaneTick(
                Lease.HELD,
                new LaneCursor(mark.lane(), ONLY_FORK, head),
                mark.fork().equals(ONLY_FORK),
                head > mark.laneSeq() ? List.of(new Moved(cutoffs, head)) : List.of(),
                now,
                0);
    }
}
