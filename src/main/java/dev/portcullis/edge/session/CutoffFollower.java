package dev.portcullis.edge.session;

import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.revocation.Cutoff;
import dev.portcullis.edge.session.RecentCutoffs.TimedCutoff;
import dev.portcullis.protocol.Position;
import dev.portcullis.store.Lanes;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamReader;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamsConfig;
import dev.portcullis.streams.lane.LaneRead;
import dev.portcullis.streams.lane.LaneStore.Moved;
import dev.portcullis.streams.lane.LaneTicker;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Follows the cut-offs of all lanes for all edge instances of a node. Reads a lane's stream when a {@link LaneRead}
 * shows that it moved, and passes the lane read on once the stream is read to its head. Lives on the context of the
 * node's {@link LaneTicker}; hints and subscriptions may come from any thread.
 */
public final class CutoffFollower implements LaneTicker.Listener {
    private final Vertx vertx;
    private final StreamReader reader;
    private final Authenticator authenticator;
    private final IntConsumer readRequester;
    private final LongSupplier clock;
    private final RecentCutoffs recent;
    private final List<Lane> lanes =
            IntStream.range(0, Lanes.COUNT).mapToObj(Lane::new).toList();
    private final List<Consumer<Batch>> listeners = new CopyOnWriteArrayList<>();
    private Batch pending = new Batch();

    /**
     * What was read in one turn of the event loop. Outside a Redis Cluster many lanes are read together, and each edge
     * instance is notified of them together.
     *
     * @param missed lanes of which some cut-offs were lost before they could be read; it is unknown which
     * @param reads of lanes whose stream was read to its head
     */
    record Batch(List<TimedCutoff> cutoffs, List<Integer> missed, List<LaneRead> reads) {
        Batch() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }

        private boolean isEmpty() {
            return cutoffs.isEmpty() && missed.isEmpty() && reads.isEmpty();
        }
    }

    /** @param readRequester asks for a lane read that begins at once; callable from any thread */
    public CutoffFollower(
            Vertx vertx,
            StreamStore store,
            StreamsConfig config,
            CutoffsConfig cutoffs,
            Authenticator authenticator,
            IntConsumer readRequester,
            LongSupplier clock) {
        this.vertx = vertx;
        this.reader = new StreamReader(vertx, store, config);
        this.authenticator = authenticator;
        this.readRequester = readRequester;
        this.clock = clock;
        this.recent = new RecentCutoffs(cutoffs.recent());
    }

    /** A hint that this lane may have a new cut-off. Asks for a lane read that begins at once. */
    public void readSoon(int lane) {
        readRequester.accept(lane);
    }

    /** Adds a listener for all batches, in order, on the context of this follower. */
    void subscribe(Consumer<Batch> listener) {
        listeners.add(listener);
    }

    /** Adds a listener for lost cut-offs, on the context of this follower. */
    public void whenMissed(Runnable listener) {
        subscribe(batch -> {
            if (!batch.missed().isEmpty()) {
                listener.run();
            }
        });
    }

    public RecentCutoffs recent() {
        return recent;
    }

    @Override
    public void moved(int lane, List<Moved> moved) {
        StreamName cutoffs = lanes.get(lane).stream;
        if (moved.stream().anyMatch(each -> each.stream().equals(cutoffs))) {
            lanes.get(lane).read();
        }
    }

    @Override
    public void compareAll(int lane) {
        lanes.get(lane).read();
    }

    @Override
    public void laneRead(LaneRead read) {
        lanes.get(read.lane()).onLaneRead(read);
    }

    private Batch batch() {
        if (pending.isEmpty()) {
            vertx.getOrCreateContext().runOnContext(any -> notifyListeners());
        }
        return pending;
    }

    private void notifyListeners() {
        Batch batch = pending;
        pending = new Batch();
        listeners.forEach(each -> each.accept(batch));
    }

    private static Optional<TimedCutoff> decode(StreamEntry entry) {
        return Cutoff.decode(entry.body())
                .map(cutoff -> new TimedCutoff(cutoff, entry.stream().lane(), entry.timestamp()));
    }

    /** One lane's stream, and the cursor up to which it was read. */
    private final class Lane {
        private final int number;
        private final StreamName stream;
        private @Nullable Position cursor;
        private @Nullable LaneRead lastRead;
        private boolean behind = true;
        private boolean reading;
        private boolean republishing;
        private boolean mustRepublish;

        Lane(int number) {
            this.number = number;
            this.stream = StreamName.cutoffs(number);
        }

        /** Reads once more after a read that is under way: that one may have begun before the lane moved. */
        void read() {
            behind = true;
            if (reading) {
                return;
            }
            behind = false;
            reading = true;
            reader.fresh(stream, Optional.ofNullable(cursor)).onComplete(this::applied, failure -> {
                reading = false;
                behind = true;
            });
        }

        void onLaneRead(LaneRead laneRead) {
            lastRead = laneRead;
            if (behind) {
                read(); // the last read failed
            } else if (!reading) {
                batch().reads().add(laneRead);
            }
            republishMissed();
        }

        private void applied(Slice slice) {
            reading = false;
            boolean exact = cursor == null || slice.exact();
            List<StreamEntry> entries = slice.entries();
            cursor = slice.more() ? entries.get(entries.size() - 1).position() : slice.head();
            record(entries.stream().flatMap(entry -> decode(entry).stream()).toList());
            if (!exact) {
                batch().missed().add(number);
                mustRepublish = true;
                republishMissed();
            }
            if (behind || slice.more()) {
                read();
            } else if (lastRead != null) {
                batch().reads().add(lastRead);
            }
        }

        private void record(List<TimedCutoff> cutoffs) {
            if (!cutoffs.isEmpty()) {
                long now = clock.getAsLong();
                cutoffs.forEach(each -> recent.add(each, now));
                batch().cutoffs().addAll(cutoffs);
            }
        }

        /**
         * Publishes the recent cut-offs of this lane again. The store may have lost them in a fork, and a node that was
         * stopped may not have read them.
         */
        private void republishMissed() {
            if (republishing || !mustRepublish) {
                return;
            }
            republishing = true;
            mustRepublish = false;
            authenticator
                    .republish(number, recent.newestFirst(number, clock.getAsLong()))
                    .onFailure(failure -> mustRepublish = true)
                    .onComplete(any -> republishing = false);
        }
    }
}
