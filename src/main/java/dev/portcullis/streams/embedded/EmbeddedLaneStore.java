package dev.portcullis.streams.embedded;

import dev.portcullis.store.Lanes;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.lane.LaneStore;
import dev.portcullis.streams.record.StoreRuns;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * The lanes of a single node. No other node can expire a lease, so each lease is held as long as the store can be read.
 * Only cut-offs and notifications, which the node follows by the lanes, are reported as moved: all other entries arrive
 * over the local bus.
 */
final class EmbeddedLaneStore implements LaneStore {
    private static final StreamName NOTIFICATIONS = StreamName.notifications();

    /** The server's own streams of each lane. */
    private static final List<List<StreamName>> STREAMS = IntStream.range(0, Lanes.COUNT)
            .mapToObj(EmbeddedLaneStore::streamsOf)
            .toList();

    private final EmbeddedStore store;
    private final StreamTables tables;
    private final LongSupplier millis;
    private volatile Heads lastRead = Heads.UNKNOWN;

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
        return store.readFew(reader -> ticks(reader, cursors));
    }

    List<LaneTick> ticks(Reader reader, List<LaneCursor> cursors) {
        long now = millis.getAsLong();
        StoreRuns runs = tables.runs(reader);
        IntFunction<LaneCursor> newest =
                cursors.size() == Lanes.COUNT ? heads(reader, runs)::cursor : lane -> cursor(reader, runs, lane);
        List<LaneTick> ticks = new ArrayList<>(cursors.size());
        cursors.forEach(cursor -> ticks.add(tickOf(newest.apply(cursor.lane()), cursor, now)));
        return ticks;
    }

    @Override
    public Future<Void> release(LeaseHolder leaseHolder) {
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> expireStale(String node) {
        return Future.succeededFuture();
    }

    /** Where a tick at this moment finds the lane. */
    LaneCursor cursor(Reader reader, int lane) {
        return cursor(reader, tables.runs(reader), lane);
    }

    /**
     * Within a run its counter rises with each append to the server's own streams, like that of a lane. A new run may have forgotten
     * some of them, whose heads begin again below what the node knows.
     */
    private LaneCursor cursor(Reader reader, StoreRuns runs, int lane) {
        long head = 0;
        for (StreamName stream : STREAMS.get(lane)) {
            head += tables.meta(reader, runs, stream).head();
        }
        return new LaneCursor(lane, runs.current(), head);
    }

    /** The heads of all lanes. They are read again only after a write, so that the ticks of an idle node read two rows. */
    private Heads heads(Reader reader, StoreRuns runs) {
        long writes = tables.serverWrites(reader);
        Heads known = lastRead;
        if (known.isOf(runs.current(), writes)) {
            return known;
        }
        Heads read = new Heads(
                runs.current(),
                writes,
                IntStream.range(0, Lanes.COUNT)
                        .mapToObj(lane -> cursor(reader, runs, lane))
                        .toList());
        lastRead = read;
        return read;
    }

    private static LaneTick tickOf(LaneCursor newest, LaneCursor known, long now) {
        boolean nothingNew = known.includes(newest);
        return new LaneTick(
                Lease.HELD,
                nothingNew ? known : newest,
                known.fork().equals(newest.fork()),
                nothingNew ? List.of() : moved(STREAMS.get(known.lane()), newest.laneSeq()),
                now,
                0);
    }

    private static List<Moved> moved(List<StreamName> streams, long head) {
        return streams.stream().map(stream -> new Moved(stream, head)).toList();
    }

    /** Where all lanes were in a run after so many writes. */
    private record Heads(String run, long writes, List<LaneCursor> cursors) {
        static final Heads UNKNOWN = new Heads("", -1, List.of());

        boolean isOf(String otherRun, long otherWrites) {
            return run.equals(otherRun) && writes == otherWrites;
        }

        LaneCursor cursor(int lane) {
            return cursors.get(lane);
        }
    }

    private static List<StreamName> streamsOf(int lane) {
        StreamName cutoffs = StreamName.cutoffs(lane);
        return lane == NOTIFICATIONS.lane() ? List.of(cutoffs, NOTIFICATIONS) : List.of(cutoffs);
    }
}
