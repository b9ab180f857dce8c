package dev.portcullis.streams.delivery;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamReader;
import dev.portcullis.streams.StreamsConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Those who want to follow one stream, until they do. On the carrier's context only.
 *
 * <p>Whoever joins is attached at the orderer's cursor, once all up to there is known: from memory, or from a read that
 * memory continues. Who can't be served so waits until the orderer has read on.
 *
 * <p>What they missed they get in parts, each when the one before was taken: so a reader who is slow costs one part, and
 * however far the stream goes meanwhile, all of it is read before they are attached. They are expected all the time.
 *
 * <p>Where the stream stands, and whether they are barred, is asked once the audience expects them. What was
 * acknowledged before they came is thus never behind the place that they are told: where a hint of it is still under way,
 * they wait for it. A bar that was set before is answered then; one that is set later comes as an entry, and meets them.
 */
final class PendingSubscriptions {
    private final Stream stream;
    private final StreamReader reads;
    private final StreamsConfig config;
    private final Backfill backfill;
    private final Subscribers subscribers;
    private final List<Subscription> waiting = new ArrayList<>();
    private final List<Subscription> awaitingEntries = new ArrayList<>();
    private int count;

    /** The stream that they want to follow. */
    interface Stream {
        StreamName name();

        /** Whether it has a cursor. */
        boolean isOpen();

        Position cursor();

        /** Reads for the first time, unless a read is under way. */
        void open();

        /** Reads on as soon as it is its turn to. */
        void catchUpSoon();

        void readLater();
    }

    PendingSubscriptions(
            Stream stream, StreamReader reads, StreamsConfig config, Backfill backfill, Subscribers subscribers) {
        this.stream = stream;
        this.reads = reads;
        this.config = config;
        this.backfill = backfill;
        this.subscribers = subscribers;
    }

    int count() {
        return count;
    }

    boolean areWaiting() {
        return !waiting.isEmpty() || !awaitingEntries.isEmpty();
    }

    Optional<Position> firstSince() {
        return waiting.get(0).since();
    }

    void join(Subscription joiner) {
        count++;
        subscribers.addPending(joiner);
        readOn(joiner);
    }

    void readOn(Subscription joiner) {
        if (stream.isOpen()) {
            tryAttach(joiner);
        } else {
            waiting.add(joiner);
            stream.open();
        }
    }

    void forget(Subscription joiner) {
        waiting.remove(joiner);
        awaitingEntries.remove(joiner);
    }

    /** The cursor has. */
    void moved() {
        drain(awaitingEntries).forEach(this::tryAttach);
    }

    void serveWaiting() {
        moved();
        drain(waiting).forEach(this::tryAttach);
    }

    void readFailed() {
        waiting.addAll(drain(awaitingEntries));
        drain(waiting).forEach(this::requeue);
    }

    private void tryAttach(Subscription joiner) {
        if (!joiner.isDetached()) {
            joiner.headOfStore().ifPresentOrElse(newest -> tryAttach(joiner, newest), () -> ask(joiner));
        }
    }

    private void ask(Subscription joiner) {
        reads.access(stream.name(), joiner.user())
                .onComplete(
                        access -> {
                            if (access.barred() && !joiner.passesBars()) {
                                subscribers.bar(joiner);
                            } else {
                                joiner.standsAt(access.head());
                                tryAttach(joiner);
                            }
                        },
                        broken -> tryLater(joiner));
    }

    private void tryAttach(Subscription joiner, Position newest) {
        Position cursor = stream.cursor();
        if (!newest.epoch().equals(cursor.epoch())) {
            joiner.standsNowhere();
            catchUpFor(joiner);
        } else if (newest.seq() > cursor.seq()) {
            awaitingEntries.add(joiner);
            stream.readLater();
        } else {
            place(joiner);
        }
    }

    private void place(Subscription joiner) {
        backfill.fromMemory(joiner.since(), stream.cursor())
                .ifPresentOrElse(slice -> deliver(joiner, slice), () -> readFor(joiner));
    }

    private void readFor(Subscription joiner) {
        Position since = joiner.since().orElseThrow();
        reads.shared(stream.name(), since)
                .onComplete(
                        slice -> backfill.fromRead(since, slice, stream.cursor())
                                .ifPresentOrElse(known -> deliver(joiner, known), () -> catchUpFor(joiner)),
                        broken -> tryLater(joiner));
    }

    /** A stream that is faster than its reader for so long would be read for ever. */
    private void deliver(Subscription joiner, Slice slice) {
        if (!slice.more()) {
            subscribers.attach(joiner, slice);
        } else if (joiner.mayHaveAnother(config.parts())) {
            Position reached =
                    new Position(stream.cursor().epoch(), slice.head().seq());
            subscribers.deliverTo(joiner, slice, reached);
        } else {
            subscribers.attach(joiner, Backfill.nothing(stream.cursor()));
        }
    }

    /** The read and the cursor are too far apart. The orderer reads on, and then the joiner is served anew. */
    private void catchUpFor(Subscription joiner) {
        requeue(joiner);
        stream.catchUpSoon();
    }

    private void tryLater(Subscription joiner) {
        requeue(joiner);
        stream.readLater();
    }

    private void requeue(Subscription joiner) {
        if (joiner.isDetached()) {
            return;
        }
        if (joiner.mayRetry(config.readTries())) {
            waiting.add(joiner);
        } else {
            subscribers.fail(joiner);
        }
    }

    private static List<Subscription> drain(List<Subscription> joiners) {
        List<Subscription> all = List.copyOf(joiners);
        joiners.clear();
        return all;
    }
}
