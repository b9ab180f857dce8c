package dev.portcullis.ratelimit.ban;

import dev.portcullis.config.Live;
import dev.portcullis.http.IpAddress;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.ban.BanStore.Part;
import dev.portcullis.resilience.TimersInStep;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the bans for the edge of a node. It looks for changes by itself, and sooner on a hint. A store that does not answer
 * leaves the last list in force. This node stores bans again that the store has lost. There is one for each node; the edge
 * takes no clients before it has begun, since that completes once the bans were read (CWE-636).
 */
public final class BanFollower {
    private static final Logger LOG = LoggerFactory.getLogger(BanFollower.class);
    private static final long START_TIMEOUT_MS = 10_000;

    /** However many hints come, the store is not read more often than this. */
    private static final long HINT_MS = 100;

    private static final int RESTORED_AT_ONCE = 500;

    private final Vertx vertx;
    private final Context context;
    private final BanStore store;
    private final Bans bans;
    private final Live<BansConfig> config;
    private final LongSupplier clock;
    private final KnownBans known;
    private final List<Consumer<List<Ban>>> listeners = new CopyOnWriteArrayList<>();
    private final Promise<Void> first = Promise.promise();
    private volatile long readAt;
    private volatile long listBeganAt = Long.MIN_VALUE;
    private String version = "";
    private Optional<BanSnapshot> whole = Optional.empty(); // while the parts of all bans are read
    private long begunAt;
    private volatile long timer = -1;
    private boolean looking;
    private boolean hinted;
    private boolean hintedMeanwhile;
    private boolean failing;

    /** @param clock the clock of the store */
    public BanFollower(Vertx vertx, BanStore store, Bans bans, Live<BansConfig> config, LongSupplier clock) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.store = store;
        this.bans = bans;
        this.config = config;
        this.clock = clock;
        this.known = new KnownBans(config, clock);
        this.readAt = System.nanoTime();
        this.begunAt = System.nanoTime();
    }

    /** Completes once the bans are known; fails if they can't be read in time. */
    public Future<Void> begin() {
        context.runOnContext(any -> {
            timer = TimersInStep.every(vertx, config.get().intervalMs(), tick -> look());
            vertx.setTimer(START_TIMEOUT_MS, late -> first.tryFail("the bans can't be read"));
            look();
        });
        return first.future();
    }

    public void stop() {
        vertx.cancelTimer(timer);
    }

    /** Receives the bans that have come into force, on the context of this follower, once {@link #current} has them. */
    public void subscribe(Consumer<List<Ban>> listener) {
        listeners.add(listener);
    }

    /** There may be new bans. May be called from any thread. */
    public void hint() {
        context.runOnContext(any -> lookSoon());
    }

    public BanList current() {
        return known.current();
    }

    public Optional<Ban> ofUser(UserId user) {
        return current().ofUser(user, clock.getAsLong());
    }

    public Optional<Ban> ofAddress(IpAddress address) {
        return current().ofAddress(address, clock.getAsLong());
    }

    /**
     * Whether a ban that is known to have been stored by then is not in force any more. The list tells that only once it was
     * read after that time.
     */
    public boolean isOver(UserId user, long storedBy) {
        return listBeganAt > storedBy && ofUser(user).isEmpty();
    }

    /** How many bans are in force. */
    public int count() {
        return current().inForce(clock.getAsLong());
    }

    /** Since the bans were read. */
    public long ageSeconds() {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - readAt);
    }

    private void lookSoon() {
        if (!hinted) {
            hinted = true;
            long sinceMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunAt);
            vertx.setTimer(Math.max(1, HINT_MS - sinceMs), any -> look());
        }
    }

    private void look() {
        hinted = false;
        if (looking) {
            hintedMeanwhile = true;
            return;
        }
        looking = true;
        begunAt = System.nanoTime();
        long begun = begunAt;
        long beganAt = clock.getAsLong();
        Future.succeededFuture().compose(any -> read(true)).onComplete(done -> succeeded(begun, beganAt), this::failed);
    }

    private Future<Void> read(boolean mayRestore) {
        return store.readSince(version)
                .compose(changed -> changed.map(part -> take(part, mayRestore)).orElseGet(Future::succeededFuture));
    }

    private Future<Void> take(Part part, boolean mayRestore) {
        version = part.version();
        if (part.first()) {
            whole = Optional.of(new BanSnapshot());
        }
        whole.ifPresentOrElse(list -> list.take(part), () -> announce(known.takeChanges(part)));
        return part.more() ? read(mayRestore) : takeWhole(mayRestore);
    }

    private Future<Void> takeWhole(boolean mayRestore) {
        List<Ban> read = whole.map(BanSnapshot::bans).orElse(List.of());
        boolean complete = whole.isPresent();
        whole = Optional.empty();
        if (!complete) {
            return Future.succeededFuture();
        }
        List<Ban> missing = mayRestore && isRecent() ? known.missingIn(read) : List.of();
        announce(known.takeAll(both(read, missing)));
        if (missing.isEmpty()) {
            return Future.succeededFuture();
        }
        version = ""; // the store says which of them were lifted
        return restore(missing).compose(any -> read(false));
    }

    private Future<Void> restore(List<Ban> lost) {
        int count = Math.min(RESTORED_AT_ONCE, lost.size());
        return bans.restore(lost.subList(0, count))
                .compose(any ->
                        count == lost.size() ? Future.succeededFuture() : restore(lost.subList(count, lost.size())));
    }

    /** A node that was stopped for long may hold what was lifted before the store's memory of that. */
    private boolean isRecent() {
        return System.nanoTime() - readAt < TimeUnit.MILLISECONDS.toNanos(BanStore.LIFTED_MS / 2);
    }

    private void succeeded(long begun, long beganAt) {
        readAt = begun;
        listBeganAt = beganAt;
        ended();
        announce(known.mergeConfiguration());
        first.tryComplete();
        if (failing) {
            failing = false;
            LOG.atInfo().addKeyValue("event", "bans.read").log("the bans are read again");
        }
    }

    private void failed(Throwable failure) {
        ended();
        announce(known.mergeConfiguration());
        if (!failing) {
            failing = true;
            LOG.atWarn()
                    .addKeyValue("event", "bans.unread")
                    .addKeyValue("cause", failure.getClass().getName())
                    .log("the bans can't be read; those that are known stay in force");
        }
    }

    private void ended() {
        looking = false;
        if (hintedMeanwhile) {
            hintedMeanwhile = false;
            lookSoon();
        }
    }

    private void announce(List<Ban> added) {
        if (!added.isEmpty()) {
            listeners.forEach(each -> each.accept(added));
        }
    }

    private static List<Ban> both(List<Ban> one, List<Ban> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }
}
