package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.Orderer.Gap;
import dev.portcullis.streams.Orderer.Progress;
import dev.portcullis.streams.StreamStore.Confirmation;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One stream at its carrier: its orderer, and the reads by which it follows the store. On the carrier's context only.
 */
final class Carried implements Joins.Stream, Mending.Stream, HeadChecks.Stream {
    private final StreamName stream;
    private final int lane;
    private final StreamReads reads;
    private final Mending mending;
    private final HeadChecks checks;
    private final Orderer orderer;
    private final Pace pace;
    private final Audience audience;
    private final LateBars lateBars;
    private final Missed missed;
    private final Joins joins;
    private final Turns turns = new Turns();
    private long newest;
    private boolean reading;
    private boolean ended;

    Carried(StreamName stream, CarrierParts parts, Consumer<Carried> onIdle) {
        this.stream = stream;
        this.lane = stream.lane();
        this.reads = parts.reads();
        this.mending = parts.mending();
        this.checks = parts.checks();
        StreamsConfig config = parts.config();
        this.orderer = new Orderer(
                new Held(config.holdEntries(), parts.heldBytes()), new Held(config.holdEntries(), parts.heldBytes()));
        this.pace = new Pace(parts.vertx(), config.holeMs(), this::readDue);
        this.audience = new Audience(stream, parts.onNode()::giveBackMember, () -> onIdle.accept(this));
        this.lateBars = new LateBars(stream, reads, audience);
        this.missed = new Missed(stream, parts.ring(), parts.pages(), config);
        this.joins = new Joins(this, reads, config, missed, audience);
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
        return audience.isEmpty();
    }

    /** How many have joined so far: whether anybody came meanwhile. */
    int joined() {
        return joins.count();
    }

    void end() {
        ended = true;
        pace.end();
        orderer.end();
        missed.forget();
    }

    void offer(Entry entry) {
        deliver(orderer.offer(entry));
        mend();
    }

    /** The stream had an append in this turn of its lane. A hint of it may be under way still. */
    void moved(long turn) {
        if (turns.tell(turn)) {
            pace.readLater();
        }
    }

    /** It can't be told what happened to the stream. */
    void mayHaveMoved() {
        turns.tellAny();
        checks.want(this, newest);
    }

    void join(Attachment joiner) {
        joins.join(joiner);
    }

    void readOn(Attachment joiner) {
        joins.readOn(joiner);
    }

    void leave(Attachment member) {
        joins.forget(member);
        audience.leave(member);
    }

    /** The first read also brings what the first joiner missed. */
    @Override
    public void open() {
        if (reading || !joins.areWaiting()) {
            return;
        }
        Optional<Position> since = joins.firstSince();
        read(reads.fresh(stream, since), slice -> {
            missed.keep(since, slice);
            turns.meet(slice.turn());
            deliver(orderer.open(slice.head()));
        });
    }

    @Override
    public void readOn() {
        mending.want(this);
    }

    @Override
    public void readLater() {
        pace.readLater();
    }

    @Override
    public Future<?> catchUp() {
        if (reading || ended || !orderer.isOpen()) {
            return Future.succeededFuture();
        }
        Position since = orderer.startRead();
        turns.startRead();
        return read(reads.fresh(stream, Optional.of(since)).compose(lateBars::barBefore), slice -> {
            take(orderer.read(since, slice));
            turns.read(slice.turn(), !slice.head().epoch().equals(since.epoch()));
            rateRead(since);
        });
    }

    @Override
    public Optional<Position> startCheck() {
        if (reading || ended || !orderer.isOpen()) {
            return Optional.empty();
        }
        reading = true;
        turns.startRead();
        return Optional.of(orderer.startRead());
    }

    @Override
    public void checked(Position since, Confirmation said) {
        whenRead(() -> {
            List<Entry> entries = orderer.check(since, said);
            if (orderer.gap() == Gap.BEHIND) {
                turns.readFailed(); // a read answers it
            } else {
                turns.read(said.turn(), !said.head().epoch().equals(since.epoch()));
                rateRead(since);
            }
            deliver(entries);
            joins.serveWaiting();
            mend();
        });
    }

    private void rateRead(Position since) {
        if (orderer.gap() != Gap.NONE && orderer.cursor().equals(since)) {
            pace.readBroughtNothing();
        } else {
            pace.readHelped();
        }
    }

    @Override
    public void checkFailed() {
        whenRead(() -> {
            turns.readFailed();
            orderer.checkFailed();
            if (joins.areWaiting()) {
                pace.readLater();
            }
            checks.want(this, newest);
        });
    }

    private Future<?> read(Future<Slice> slice, Consumer<Slice> taker) {
        reading = true;
        Promise<Void> done = Promise.promise();
        slice.onComplete(
                        read -> whenRead(() -> {
                            taker.accept(read);
                            joins.serveWaiting();
                            mend();
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
        pace.readBroughtNothing();
        if (orderer.isOpen()) {
            turns.readFailed();
            orderer.readFailed();
        }
        joins.readFailed();
        pace.readLater();
    }

    private void mend() {
        if (orderer.gap() == Gap.BEHIND && pace.isFree()) {
            readOn();
        } else if (orderer.gap() == Gap.UNCONFIRMED && pace.isFree()) {
            checks.wantFirst(this);
        } else if (isDue()) {
            pace.readLater();
        }
    }

    private void readDue() {
        if (!orderer.isOpen()) {
            open();
        } else if (isDue() || joins.areWaiting()) {
            readOn();
        }
    }

    private boolean isDue() {
        return orderer.gap() != Gap.NONE || turns.areDue();
    }

    private void take(Progress progress) {
        progress.lost().ifPresent(now -> {
            missed.forgetDelivered();
            audience.lost(now);
        });
        deliver(progress.entries());
    }

    private void deliver(List<Entry> entries) {
        if (!entries.isEmpty()) {
            turns.meet(entries.get(entries.size() - 1).turn());
            newest = checks.nextNumber();
            missed.keep(entries);
            audience.deliver(entries);
            joins.moved();
        }
    }
}
