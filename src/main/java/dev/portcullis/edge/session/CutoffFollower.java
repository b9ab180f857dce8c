package dev.portcullis.edge.session;

import dev.portcullis.auth.Authenticator;
import dev.portcullis.edge.session.RecentCutoffs.TimedCutoff;
import dev.portcullis.store.Lanes;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamReader;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamsConfig;
import dev.portcullis.streams.cutoff.CutoffBody;
import dev.portcullis.streams.follow.ServerStreamFollower;
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

/**
 * Follows the cut-offs of all lanes for all edge instances of a node. Lives on the context of the node's {@link
 * LaneTicker}; hints and subscriptions may come from any thread.
 */
public final class CutoffFollower implements LaneTicker.Listener {
    /**
     * Revocations of the last minute that a node keeps in memory, to check new sessions against them, and to write them again to a
     * store that lost them.
     */
    private static final int RECENT = 10_000;

    private final Vertx vertx;
    private final ServerStreamFollower follower;
    private final Authenticator authenticator;
    private final LongSupplier clock;
    private final RecentCutoffs recent;
    private final List<Republishing> republishing =
            IntStream.range(0, Lanes.COUNT).mapToObj(Republishing::new).toList();
    private final List<Consumer<Batch>> listeners = new CopyOnWriteArrayList<>();
    private Batch pending = new Batch();

    /**
     * The cut-offs that were read in one turn of the event loop. Outside a Redis Cluster many lanes are read together, and each
     * edge instance is notified of them together.
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
            Authenticator authenticator,
            IntConsumer readRequester,
            LongSupplier clock) {
        this.vertx = vertx;
        this.follower = new ServerStreamFollower(
                new StreamReader(vertx, store, config),
                IntStream.range(0, Lanes.COUNT).mapToObj(StreamName::cutoffs).toList(),
                readRequester,
                new Recorder());
        this.authenticator = authenticator;
        this.clock = clock;
        this.recent = new RecentCutoffs(RECENT);
    }

    /** A hint that this lane may have a new cut-off. Asks for a lane read that begins at once. */
    public void readLane(int lane) {
        follower.readLane(lane);
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
        follower.moved(lane, moved);
    }

    @Override
    public void compareAll(int lane) {
        follower.compareAll(lane);
    }

    @Override
    public void laneRead(LaneRead read) {
        follower.laneRead(read);
        republishing.get(read.lane()).begin();
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
        return CutoffBody.decode(entry.body())
                .map(cutoff -> new TimedCutoff(cutoff, entry.stream().lane(), entry.timestamp()));
    }

    /** Adds what was read to the batch, in the order in which it was read. */
    private final class Recorder implements ServerStreamFollower.Listener {
        @Override
        public void appended(StreamName stream, List<StreamEntry> entries) {
            List<TimedCutoff> cutoffs =
                    entries.stream().flatMap(entry -> decode(entry).stream()).toList();
            if (!cutoffs.isEmpty()) {
                long now = clock.getAsLong();
                cutoffs.forEach(each -> recent.add(each, now));
                batch().cutoffs().addAll(cutoffs);
            }
        }

        @Override
        public void missed(StreamName stream) {
            int lane = stream.lane();
            batch().missed().add(lane);
            republishing.get(lane).request();
        }

        @Override
        public void readToHead(StreamName stream, LaneRead read) {
            batch().reads().add(read);
        }
    }

    /**
     * Publishes the recent cut-offs of a lane again after some were missed. The store may have lost them in a fork, and
     * a node that was stopped may not have read them.
     */
    private final class Republishing {
        private final int lane;
        private boolean requested;
        private boolean inProgress;

        Republishing(int lane) {
            this.lane = lane;
        }

        void request() {
            requested = true;
            begin();
        }

        /** Does nothing unless it was requested, or has failed since. */
        void begin() {
            if (inProgress || !requested) {
                return;
            }
            inProgress = true;
            requested = false;
            authenticator
                    .republish(lane, recent.newestFirst(lane, clock.getAsLong()))
                    .onFailure(failure -> requested = true)
                    .onComplete(any -> inProgress = false);
        }
    }
}
