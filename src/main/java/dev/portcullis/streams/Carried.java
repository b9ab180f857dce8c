package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.Orderer.Gap;
import dev.portcullis.streams.Orderer.Progress;
import dev.portcullis.streams.StreamStore.Confirmation;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One stream at its carrier: its orderer, and the reads by which it follows the store. On the carrier's context only.
 */
final class Carried {
    private static final int USERS_ASKED_FOR = 500;

    private final StreamName stream;
    private final int lane;
    private final StreamReads reads;
    private final Ring ring;
    private final Pages pages;
    private final Mending mending;
    private final HeadChecks checks;
    private final Orderer orderer;
    private final Pace pace;
    private final Audience audience;
    private final Joins joins;
    private final Turns turns = new Turns();
    private long newest;
    private boolean reading;
    private boolean ended;

    Carried(StreamName stream, CarrierParts parts, Consumer<Carried> onIdle) {
        this.stream = stream;
        this.lane = stream.lane();
        this.reads = parts.reads();
        this.ring = parts.ring();
        this.pages = parts.pages();
        this.mending = parts.mending();
        this.checks = parts.checks();
        StreamsConfig config = parts.config();
        this.orderer = new Orderer(
                new Held(config.holdEntries(), parts.heldBytes()), new Held(config.holdEntries(), parts.heldBytes()));
        this.pace = new Pace(parts.vertx(), config.holeMs(), this::readDue);
        this.audience = new Audience(stream, parts.onNode()::giveBackMember, () -> onIdle.accept(this));
        this.joins = new Joins(this, reads, config, new Missed(stream, ring, pages, config), audience);
    }

    StreamName stream() {
        return stream;
    }

    int lane() {
        return lane;
    }

    boolean isOpen() {
        return orderer.isOpen();
    }

    Position cursor() {
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
        ring.forget(stream);
        pages.forget(stream);
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
    void open() {
        if (reading || !joins.areWaiting()) {
            return;
        }
        Optional<Position> since = joins.firstSince();
        read(reads.fresh(stream, since), slice -> {
            if (slice.exact() && !slice.more()) {
                ring.add(stream, slice.entries());
            } else if (slice.exact()) {
                since.ifPresent(place -> pages.keep(stream, place.seq(), slice));
            }
            turns.meet(slice.turn());
            deliver(orderer.open(slice.head()));
        });
    }

    /** Reads on as soon as it is its turn to. */
    void readOn() {
        mending.want(this);
    }

    void readLater() {
        pace.readLater();
    }

    /** Its turn to read on has come. Completes when it has. */
    Future<?> catchUp() {
        if (reading || ended || !orderer.isOpen()) {
            return Future.succeededFuture();
        }
        Position since = orderer.startRead();
        turns.startRead();
        return read(reads.fresh(stream, Optional.of(since)).compose(this::withoutTheBarred), slice -> {
            take(orderer.read(since, slice));
            turns.read(slice.turn(), !slice.head().epoch().equals(since.epoch()));
            rateRead(since);
        });
    }

    /** Its turn to be checked has come. From which place on; none where something else tells as much. */
    Optional<Position> startCheck() {
        if (reading || ended || !orderer.isOpen()) {
            return Optional.empty();
        }
        reading = true;
        turns.startRead();
        return Optional.of(orderer.startRead());
    }

    void checked(Position since, Confirmation said) {
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

    /** It is asked again, with the others. */
    void checkFailed() {
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

    /** Among what can't be read any more may be an entry that barred somebody. */
    private Future<Slice> withoutTheBarred(Slice slice) {
        return slice.exact()
                ? Future.succeededFuture(slice)
                : barNext(audience.users().iterator()).map(slice);
    }

    /** One question after the other: when Redis comes back empty every stream has some. */
    private Future<?> barNext(Iterator<UserId> users) {
        Set<UserId> some = new HashSet<>();
        while (users.hasNext() && some.size() < USERS_ASKED_FOR) {
            some.add(users.next());
        }
        return some.isEmpty()
                ? Future.succeededFuture()
                : reads.barred(stream, some)
                        .onSuccess(barred -> barred.forEach(audience::bar))
                        .compose(any -> barNext(users));
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
            ring.forget(stream);
            audience.lost(now);
        });
        deliver(progress.entries());
    }

    private void deliver(List<Entry> entries) {
        if (!entries.isEmpty()) {
            turns.meet(entries.get(entries.size() - 1).turn());
            newest = checks.nextNumber();
            ring.add(stream, entries);
            audience.deliver(entries);
            joins.moved();
        }
    }
}
