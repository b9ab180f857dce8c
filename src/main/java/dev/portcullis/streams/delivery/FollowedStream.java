package dev.portcullis.streams.delivery;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.codec.DeliveredMessage;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamReader;
import dev.portcullis.streams.StreamStore.Confirmation;
import dev.portcullis.streams.StreamsConfig;
import dev.portcullis.streams.TransientFrame;
import dev.portcullis.streams.delivery.Orderer.Gap;
import dev.portcullis.streams.delivery.Orderer.Progress;
import dev.portcullis.streams.lane.LaneFreshness;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One stream that a shard follows: its orderer, and the reads that keep it up to date. It is used on the shard's context only.
 */
final class FollowedStream implements PendingSubscriptions.Stream, CatchUpLimiter.Stream, HeadChecker.Stream {
    private final StreamName stream;
    private final int lane;
    private final StreamReader reader;
    private final CatchUpLimiter catchUps;
    private final HeadChecker headChecker;
    private final Optional<LaneFreshness> lanes;
    private final ToldMoves toldMoves;
    private final Orderer orderer;
    private final ReadTimer readTimer;
    private final Subscribers subscribers;
    private final LostEnds lostEnds;
    private final Backfill backfill;
    private final PendingSubscriptions pending;
    private final LaneSeqTracker laneSeqs = new LaneSeqTracker();
    private long lastDelivery;
    private boolean reading;
    private boolean ended;

    FollowedStream(StreamName stream, ShardDependencies shard, Consumer<FollowedStream> onIdle) {
        this.stream = stream;
        this.lane = stream.lane();
        this.reader = shard.reader();
        this.catchUps = shard.catchUps();
        this.headChecker = shard.headChecker();
        this.lanes = shard.lanes();
        this.toldMoves = shard.toldMoves();
        StreamsConfig config = shard.config();
        this.orderer = new Orderer(
                new ReorderBuffer(config.reorderEntries(), shard.reorderBudget()),
                new ReorderBuffer(config.reorderEntries(), shard.reorderBudget()));
        this.readTimer = new ReadTimer(shard.vertx(), config.gapMs(), this::readDue);
        this.subscribers = new Subscribers(stream, shard.hubMemory()::releaseSubscriber, () -> onIdle.accept(this));
        this.lostEnds = new LostEnds(stream, reader, subscribers, shard.vertx().getOrCreateContext());
        this.backfill = new Backfill(stream, shard.recent(), shard.pages(), config);
        this.pending = new PendingSubscriptions(this, reader, config, backfill, subscribers);
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

    void end() {
        ended = true;
        readTimer.end();
        orderer.end();
        forget();
    }

    int subscriptions() {
        return subscribers.size();
    }

    /** Asks each subscriber whether it may still subscribe. Completes when the others are removed. */
    Future<?> confirmSubscriptions() {
        return lostEnds.confirmAll();
    }

    /** Forgets the entries in memory. Users who resume from now on get entries that are read again. */
    void forget() {
        backfill.forget();
        reader.forget(stream);
    }

    void offer(StreamEntry entry) {
        deliver(orderer.offer(entry));
        repair();
    }

    /** Delivers a frame, or drops it unless the stream is current: a missing entry may end a subscription. */
    void pass(TransientFrame frame) {
        if (isCurrent()) {
            subscribers.deliver(frame);
        }
    }

    /**
     * Whether this node has all entries but those of the last moment. Without a known gap it may still miss some: after a stop of
     * the process only the next lane read shows the lost hints. An inbox does not wait for a lane read, since no user is removed
     * from it.
     */
    boolean isCurrent() {
        return !reading
                && !needsRead()
                && (stream.isInbox() || lanes.map(each -> each.isFresh(lane)).orElse(true));
    }

    /** The stream had an append with this lane counter. The hint of it may still be in flight. */
    void moved(long laneSeq) {
        if (laneSeqs.announce(laneSeq)) {
            readTimer.readLater();
        }
    }

    /** The lane can't tell whether the stream had an append, so the head is asked for. */
    void mayHaveMoved() {
        laneSeqs.announceUnknown();
        headChecker.request(this, lastDelivery);
    }

    void subscribe(Subscription subscription) {
        pending.add(subscription);
    }

    void nextPart(Subscription subscription) {
        pending.nextPart(subscription);
    }

    void release(Subscription subscription) {
        pending.release(subscription);
    }

    void unsubscribe(Subscription subscription) {
        pending.remove(subscription);
        subscribers.unsubscribe(subscription);
    }

    @Override
    public void open() {
        if (reading || !pending.hasWaiting()) {
            return;
        }
        pending.takeKnown()
                .filter(known -> toldMoves.isToldBehind(known.lane()))
                .ifPresentOrElse(this::openAt, this::read);
    }

    /** No read would bring more: what was appended later is told, or was heard of since. */
    private void openAt(KnownHead known) {
        laneSeqs.advanceTo(known.lane().laneSeq());
        pending.opened(known.head());
        deliver(orderer.open(known.head()));
        pending.retryWaiting();
        repair();
    }

    /**
     * Reads the stream for the first time. This read also brings the entries that the first subscriber missed. Of an inbox it tells
     * all that its user's access would: no user is barred from it, and what was read up to the head is not hidden.
     */
    private void read() {
        Optional<Position> since = pending.firstSince();
        List<Subscription> waiting = pending.waitingFrom(since);
        read(reader.fresh(stream, since), slice -> {
            backfill.remember(since, slice);
            laneSeqs.advanceTo(slice.laneSeq());
            if (stream.isInbox() && slice.exact()) {
                waiting.forEach(each -> each.setAtJoin(slice.head(), 0, 0));
            }
            pending.opened(slice.head());
            deliver(orderer.open(slice.head()));
        });
    }

    @Override
    public void catchUpSoon() {
        catchUps.request(this);
    }

    @Override
    public void readLater() {
        readTimer.readLater();
    }

    @Override
    public Future<?> catchUp() {
        if (reading || ended || !orderer.isOpen()) {
            return Future.succeededFuture();
        }
        Position since = orderer.startRead();
        laneSeqs.startRead();
        return read(reader.fresh(stream, Optional.of(since)).compose(lostEnds::removeBefore), slice -> {
            apply(orderer.read(since, slice));
            laneSeqs.readDone(slice.laneSeq(), !slice.head().epoch().equals(since.epoch()));
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
    public void checked(Position since, Confirmation confirmation) {
        afterRead(() -> {
            List<StreamEntry> entries = orderer.check(since, confirmation);
            if (orderer.gap() == Gap.BEHIND) {
                laneSeqs.readFailed(); // the read that follows answers it
            } else {
                laneSeqs.readDone(
                        confirmation.laneSeq(), !confirmation.head().epoch().equals(since.epoch()));
                rateRead(since);
            }
            deliver(entries);
            pending.retryWaiting();
            repair();
        });
    }

    private void rateRead(Position since) {
        if (orderer.gap() != Gap.NONE && orderer.cursor().equals(since)) {
            readTimer.readBroughtNothing();
        } else {
            readTimer.readHelped();
        }
    }

    @Override
    public void checkFailed() {
        afterRead(() -> {
            laneSeqs.readFailed();
            orderer.checkFailed();
            if (pending.hasWaiting()) {
                readTimer.readLater();
            }
            headChecker.request(this, lastDelivery);
        });
    }

    private Future<?> read(Future<Slice> slice, Consumer<Slice> onSlice) {
        reading = true;
        Promise<Void> done = Promise.promise();
        slice.onComplete(
                        read -> afterRead(() -> {
                            onSlice.accept(read);
                            pending.retryWaiting();
                            repair();
                        }),
                        failure -> afterRead(this::readFailed))
                .onComplete(any -> done.complete());
        return done.future();
    }

    private void afterRead(Runnable next) {
        reading = false;
        if (!ended) {
            next.run();
        }
    }

    private void readFailed() {
        readTimer.readBroughtNothing();
        if (orderer.isOpen()) {
            laneSeqs.readFailed();
            orderer.readFailed();
        }
        pending.readFailed();
        readTimer.readLater();
    }

    private void repair() {
        if (orderer.gap() == Gap.BEHIND && readTimer.isFree()) {
            catchUpSoon();
        } else if (orderer.gap() == Gap.UNCONFIRMED && readTimer.isFree()) {
            headChecker.requestFirst(this);
        } else if (needsRead()) {
            readTimer.readLater();
        }
    }

    private void readDue() {
        if (!orderer.isOpen()) {
            open();
        } else if (needsRead() || pending.hasWaiting()) {
            catchUpSoon();
        }
    }

    private boolean needsRead() {
        return orderer.gap() != Gap.NONE || laneSeqs.isBehind();
    }

    private void apply(Progress progress) {
        progress.lost().ifPresent(now -> {
            backfill.forgetDelivered();
            subscribers.lost(now);
        });
        deliver(progress.entries());
    }

    private void deliver(List<StreamEntry> entries) {
        if (!entries.isEmpty()) {
            laneSeqs.advanceTo(entries.get(entries.size() - 1).laneSeq());
            lastDelivery = headChecker.nextNumber();
            remember(entries);
            subscribers.deliver(entries);
            pending.cursorMoved();
        }
    }

    /** What was deleted is told from the store, where the text is gone, and not from memory. */
    private void remember(List<StreamEntry> entries) {
        int deletion = entries.size() - 1;
        while (deletion >= 0
                && !DeliveredMessage.isDeletion(entries.get(deletion).body())) {
            deletion--;
        }
        if (deletion >= 0) {
            forget();
        }
        backfill.remember(entries.subList(Math.max(0, deletion), entries.size()));
    }
}
