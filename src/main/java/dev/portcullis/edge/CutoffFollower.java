package dev.portcullis.edge;

import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.Cutoff;
import dev.portcullis.edge.RecentCutoffs.Noted;
import dev.portcullis.protocol.Position;
import dev.portcullis.streams.Entry;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamReads;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamsConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows the stream of cut-offs for all edge instances of a node: now and then, and at once when hinted. Its state is
 * touched on its own context only; it may be hinted and listened to from everywhere.
 */
public final class CutoffFollower {
    private final StreamStore store;
    private final StreamsConfig config;
    private final long intervalMs;
    private final LongSupplier clock;
    private final LongSupplier nanos;
    private final RecentCutoffs recent;
    private final Authenticator authenticator;
    private final List<Consumer<CutoffNews>> listeners = new CopyOnWriteArrayList<>();
    private final Promise<Void> first = Promise.promise();
    private volatile @Nullable Context context;
    private @Nullable StreamReads reads;
    private @Nullable Position cursor;
    private boolean reading;
    private boolean wanted;
    private boolean saying;
    private boolean mustSay;

    public CutoffFollower(
            StreamStore store,
            StreamsConfig config,
            CutoffsConfig cutoffs,
            Authenticator authenticator,
            LongSupplier clock,
            LongSupplier nanos) {
        this.store = store;
        this.config = config;
        this.intervalMs = cutoffs.intervalMs();
        this.clock = clock;
        this.nanos = nanos;
        this.recent = new RecentCutoffs(config.cutoffs().entries());
        this.authenticator = authenticator;
    }

    /** To be called on the context it shall live on. Completes with the first read. */
    Future<Void> begin(Context here) {
        Vertx vertx = here.owner();
        reads = new StreamReads(vertx, store, config);
        context = here;
        vertx.setPeriodic(intervalMs, any -> want());
        want();
        return first.future();
    }

    /** There may be something new: a read that has not begun yet will begin at once. */
    void look() {
        Context here = context;
        if (here != null) {
            here.runOnContext(any -> want());
        }
    }

    /** From now on it is told what each read brings, in the order of the reads, on the follower's context. */
    void tell(Consumer<CutoffNews> listener) {
        listeners.add(listener);
        look();
    }

    /** From now on it is told, on the follower's context, when some were lost before they could be read. */
    public void whenMissed(Runnable listener) {
        tell(news -> {
            if (!news.exact()) {
                listener.run();
            }
        });
    }

    RecentCutoffs recent() {
        return recent;
    }

    private void want() {
        if (reading) {
            wanted = true;
        } else {
            read();
        }
    }

    private void read() {
        StreamReads open = reads;
        if (open == null) {
            return;
        }
        reading = true;
        wanted = false;
        long began = nanos.getAsLong();
        open.fresh(StreamName.CUTOFFS, Optional.ofNullable(cursor))
                .onComplete(slice -> took(began, slice), broken -> reading = false); // the next tick tries again
    }

    private void took(long began, Slice slice) {
        reading = false;
        boolean exact = cursor == null || slice.exact();
        List<Entry> entries = slice.entries();
        cursor = slice.more() ? entries.get(entries.size() - 1).position() : slice.head();
        List<Noted> cutoffs =
                entries.stream().flatMap(entry -> noted(entry).stream()).toList();
        long now = clock.getAsLong();
        cutoffs.forEach(each -> recent.note(each, now));
        listeners.forEach(each -> each.accept(new CutoffNews(cutoffs, exact, !slice.more(), began)));
        first.tryComplete();
        mustSay |= !exact;
        sayAgain();
        if (wanted || slice.more()) {
            read();
        }
    }

    /** What this node read and cannot find again, the store may have lost in a fork; who was stopped has not heard it. */
    private void sayAgain() {
        if (saying || !mustSay) {
            return;
        }
        saying = true;
        mustSay = false;
        authenticator
                .cutOffAgain(recent.newestFirst(clock.getAsLong()))
                .onFailure(broken -> mustSay = true)
                .onComplete(any -> saying = false);
    }

    private static Optional<Noted> noted(Entry entry) {
        return Cutoff.decode(entry.body()).map(cutoff -> new Noted(cutoff, entry.timestamp()));
    }
}
