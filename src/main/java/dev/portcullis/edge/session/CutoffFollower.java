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
 * Follows the cut-offs of all lanes for all edge instances of a node: reads a lane's stream when a look at the lane shows
 * that it moved, and hands the look on once the stream was read to its end. Lives on the context of the node's
 * {@link LaneTicker}; it may be hinted and listened to from everywhere.
 */
public final class CutoffFollower implements LaneTicker.Listener {
    private final Vertx vertx;
    private final StreamReader reads;
    private final Authenticator authenticator;
    private final IntConsumer looker;
    private final LongSupplier clock;
    private final RecentCutoffs recent;
    private final List<Lane> lanes =
            IntStream.range(0, Lanes.COUNT).mapToObj(Lane::new).toList();
    private final List<Consumer<Batch>> listeners = new CopyOnWriteArrayList<>();
    private Batch next = new Batch();

    /**
     * What was learnt in one turn of the context. Outside a Redis Cluster many lanes are looked at together, and each edge
     * instance is told of them together.
     *
     * @param missed lanes of which some were lost before they could be read, and nobody can say which
     * @param looks of lanes that were read to the end
     */
    record Batch(List<TimedCutoff> cutoffs, List<Integer> missed, List<LaneRead> looks) {
        Batch() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }

        private boolean isEmpty() {
            return cutoffs.isEmpty() && missed.isEmpty() && looks.isEmpty();
        }
    }

    /** @param looker asks for a look at a lane that begins at once; from every thread */
    public CutoffFollower(
            Vertx vertx,
            StreamStore store,
            StreamsConfig config,
            CutoffsConfig cutoffs,
            Authenticator authenticator,
            IntConsumer looker,
            LongSupplier clock) {
        this.vertx = vertx;
        this.reads = new StreamReader(vertx, store, config);
        this.authenticator = authenticator;
        this.looker = looker;
        this.clock = clock;
        this.recent = new RecentCutoffs(cutoffs.recent());
    }

    /** There may be something new in this lane: a look that has not begun yet begins at once. */
    public void readSoon(int lane) {
        looker.accept(lane);
    }

    /** From now on it is told what was learnt, in that order, on the follower's context. */
    void subscribe(Consumer<Batch> listener) {
        listeners.add(listener);
    }

    /** From now on it is told, on the follower's context, when some were lost before they could be read. */
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
    public void laneRead(LaneRead look) {
        lanes.get(look.lane()).looked(look);
    }

    private Batch batch() {
        if (next.isEmpty()) {
            vertx.getOrCreateContext().runOnContext(any -> tellAll());
        }
        return next;
    }

    private void tellAll() {
        Batch learnt = next;
        next = new Batch();
        listeners.forEach(each -> each.accept(learnt));
    }

    private static Optional<TimedCutoff> noted(StreamEntry entry) {
        return Cutoff.decode(entry.body())
                .map(cutoff -> new TimedCutoff(cutoff, entry.stream().lane(), entry.timestamp()));
    }

    /** One lane's stream, and how far it was read. */
    private final class Lane {
        private final int number;
        private final StreamName stream;
        private @Nullable Position cursor;
        private @Nullable LaneRead look;
        private boolean behind = true;
        private boolean reading;
        private boolean saying;
        private boolean mustSay;

        Lane(int number) {
            this.number = number;
            this.stream = StreamName.cutoffs(number);
        }

        /** What a look showed while a read was under way that read may not have seen. */
        void read() {
            behind = true;
            if (reading) {
                return;
            }
            behind = false;
            reading = true;
            reads.fresh(stream, Optional.ofNullable(cursor)).onComplete(this::applied, broken -> {
                reading = false;
                behind = true;
            });
        }

        void looked(LaneRead last) {
            look = last;
            if (behind) {
                read(); // the last read failed
            } else if (!reading) {
                batch().looks().add(last);
            }
            republishMissed();
        }

        private void applied(Slice slice) {
            reading = false;
            boolean exact = cursor == null || slice.exact();
            List<StreamEntry> entries = slice.entries();
            cursor = slice.more() ? entries.get(entries.size() - 1).position() : slice.head();
            learn(entries.stream().flatMap(entry -> noted(entry).stream()).toList());
            if (!exact) {
                batch().missed().add(number);
                mustSay = true;
                republishMissed();
            }
            if (behind || slice.more()) {
                read();
            } else if (look != null) {
                batch().looks().add(look);
            }
        }

        private void learn(List<TimedCutoff> cutoffs) {
            if (!cutoffs.isEmpty()) {
                long now = clock.getAsLong();
                cutoffs.forEach(each -> recent.note(each, now));
                batch().cutoffs().addAll(cutoffs);
            }
        }

        /** What this node read and cannot find again, the store may have lost in a fork; who was stopped has not heard it. */
        private void republishMissed() {
            if (saying || !mustSay) {
                return;
            }
            saying = true;
            mustSay = false;
            authenticator
                    .republish(number, recent.newestFirst(number, clock.getAsLong()))
                    .onFailure(broken -> mustSay = true)
                    .onComplete(any -> saying = false);
        }
    }
}
