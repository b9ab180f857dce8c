package dev.portcullis.streams.delivery;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamReader;
import dev.portcullis.streams.StreamStore.Confirmation;
import dev.portcullis.streams.StreamsConfig;
import dev.portcullis.streams.delivery.Orderer.Gap;
import dev.portcullis.streams.delivery.Orderer.Progress;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One stream at its carrier: its orderer, and the reads by which it follows the store. On the carrier's context only.
 */
final class FollowedStream implements PendingSubscriptions.Stream, CatchUpLimiter.Stream, HeadChecker.Stream {
    private final StreamName stream;
    private final int lane;
    private final StreamReader reads;
    private final CatchUpLimiter catchUps;
    private final HeadChecker checks;
    private final Orderer orderer;
    private final ReadBackoff backoff;
    private final Subscribers subscribers;
    private final LateBars lateBars;
    private final Backfill backfill;
    private final PendingSubscriptions pending;
    private final LaneSeqTracker laneSeqs = new LaneSeqTracker();
    private long head;
    private boolean reading;
    private boolean ended;

    FollowedStream(StreamName stream, ShardParts parts, Consumer<FollowedStream> onIdle) {
        this.stream = stream;
        this.lane = stream.lane();
        this.reads = parts.reads();
        this.catchUps = parts.catchUps();
        this.checks = parts.checks();
        StreamsConfig config = parts.config();
        this.orderer = new Orderer(
                new ReorderBuffer(config.reorderEntries(), parts.heldBytes()),
                new ReorderBuffer(config.reorderEntries(), parts.heldBytes()));
        this.backoff = new ReadBackoff(parts.vertx(), config.gapMs(), this::readDue);
        this.subscribers = new Subscribers(stream, parts.onNode()::releaseSubscriber, () -> onIdle.accept(this));
        this.lateBars = new LateBars(stream, reads, subscribers);
        this.backfill = new Backfill(stream, parts.recent(), parts.pages(), config);
        this.pending = new PendingSubscriptions(this, reads, config, backfill, subscribers);
    }

    @Override
    public StreamName name() {
        return stream;
    }

    int lane() {
        return lane;
    }

    @Override
    public boolean isOpen() {
        return orderer.isOpen();
    }

    @Override
    public Position cursor() {
        return orderer.cursor();
    }

    boolean isIdle() {
        return subscribers.isEmpty();
    }

    /** How many have joined so far: whether anybody came meanwhile. */
    int joined() {
        return pending.count();
    }

    void end() {
        ended = true;
        backoff.end();
        orderer.end();
        backfill.forget();
    }

    void offer(StreamEntry entry) {
        deliver(orderer.offer(entry));
        repair();
    }

    /** The stream had an append in this turn of its lane. A hint of it may be under way still. */
    void moved(long turn) {
        if (laneSeqs.announce(turn)) {
            backoff.readLater();
        }
    }

    /** It can't be told what happened to the stream. */
    void mayHaveMoved() {
        laneSeqs.announceUnknown();
        checks.want(this, head);
    }

    void join(Subscription joiner) {
        pending.join(joiner);
    }

    void catchUpSoon(Subscription joiner) {
        pending.readOn(joiner);
    }

    void leave(Subscription member) {
        pending.forget(member);
        subscribers.leave(member);
    }

    /** The first read also brings what the first joiner missed. */
    @Override
    public void open() {
        if (reading || !pending.areWaiting()) {
            return;
        }
        Optional<Position> since = pending.firstSince();
        read(reads.fresh(stream, since), slice -> {
            backfill.keep(since, slice);
            laneSeqs.meet(slice.laneSeq());
            deliver(orderer.open(slice.head()));
        });
    }

    @Override
    public void catchUpSoon() {
        catchUps.want(this);
    }

    @Override
    public void readLater() {
        backoff.readLater();
    }

    @Override
    public Future<?> catchUp() {
        if (reading || ended || !orderer.isOpen()) {
            return Future.succeededFuture();
        }
        Position since = orderer.startRead();
        laneSeqs.startRead();
        return read(reads.fresh(stream, Optional.of(since)).compose(lateBars::barBefore), slice -> {
            take(orderer.read(since, slice));
            laneSeqs.read(slice.laneSeq(), !slice.head().epoch().equals(since.epoch()));
            rateRead(since);
        });
    }

    @Override
    public Optional<Position> startCheck() {
        if (reading || ended || !orderer.isOpen()) {
            return Optional.empty();
        }
        reading = true;
        laneSeqs.startRead();
        return Optional.of(orderer.startRead());
    }

    @Override
    public void checked(Position since, Confirmation said) {
        whenRead(() -> {
            List<StreamEntry> entries = orderer.check(since, said);
            if (orderer.gap() == Gap.BEHIND) {
                laneSeqs.readFailed(); // a read answers it
            } else {
                laneSeqs.read(said.laneSeq(), !said.head().epoch().equals(since.epoch()));
                rateRead(since);
            }
            deliver(entries);
            pending.serveWaiting();
            repair();
        });
    }

    private void rateRead(Position since) {
        if (orderer.gap() != Gap.NONE && orderer.cursor().equals(since)) {
            backoff.readBroughtNothing();
        } else {
            backoff.readHelped();
        }
    }

    @Override
    public void checkFailed() {
        whenRead(() -> {
            laneSeqs.readFailed();
            orderer.checkFailed();
            if (pending.areWaiting()) {
                backoff.readLater();
            }
            checks.want(this, head);
        });
    }

    private Future<?> read(Future<Slice> slice, Consumer<Slice> taker) {
        reading = true;
        Promise<Void> done = Promise.promise();
        slice.onComplete(
                        read -> whenRead(() -> {
                            taker.accept(read);
                            pending.serveWaiting();
                            repair();
                        }),
                        broken -> whenRead(this::readFailed))
                .onComplete(any -> done.complete());
        return done.future();
    }

    private void whenRead(Runnable next) {
        reading = false;
        if (!ended) {
            next.run();
        }
    }

    private void readFailed() {
        backoff.readBroughtNothing();
        if (orderer.isOpen()) {
            laneSeqs.readFailed();
            orderer.readFailed();
        }
        pending.readFailed();
        backoff.readLater();
    }

    private void repair() {
        if (orderer.gap() == Gap.BEHIND && backoff.isFree()) {
            catchUpSoon();
        } else if (orderer.gap() == Gap.UNCONFIRMED && backoff.isFree()) {
            checks.wantFirst(this);
        } else if (isDue()) {
            backoff.readLater();
        }
    }

    private void readDue() {
        if (!orderer.isOpen()) {
            open();
        } else if (isDue() || pending.areWaiting()) {
            catchUpSoon();
        }
    }

    private boolean isDue() {
        return orderer.gap() != Gap.NONE || laneSeqs.areDue();
    }

    private void take(Progress progress) {
        progress.lost().ifPresent(now -> {
            backfill.forgetDelivered();
            subscribers.lost(now);
        });
        deliver(progress.entries());
    }

    private void deliver(List<StreamEntry> entries) {
        if (!entries.isEmpty()) {
            laneSeqs.meet(entries.get(entries.size() - 1).laneSeq());
            head = checks.nextNumber();
            backfill.keep(entries);
            subscribers.deliver(entries);
            pending.moved();
        }
    }
}
