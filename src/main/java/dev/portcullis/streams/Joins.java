package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
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
final class Joins {
    private final Stream stream;
    private final StreamReads reads;
    private final StreamsConfig config;
    private final Missed missed;
    private final Audience audience;
    private final List<Attachment> waiting = new ArrayList<>();
    private final List<Attachment> ahead = new ArrayList<>();
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
        void readOn();

        void readLater();
    }

    Joins(Stream stream, StreamReads reads, StreamsConfig config, Missed missed, Audience audience) {
        this.stream = stream;
        this.reads = reads;
        this.config = config;
        this.missed = missed;
        this.audience = audience;
    }

    int count() {
        return count;
    }

    boolean areWaiting() {
        return !waiting.isEmpty() || !ahead.isEmpty();
    }

    Optional<Position> firstSince() {
        return waiting.get(0).since();
    }

    void join(Attachment joiner) {
        count++;
        audience.expect(joiner);
        readOn(joiner);
    }

    void readOn(Attachment joiner) {
        if (stream.isOpen()) {
            serve(joiner);
        } else {
            waiting.add(joiner);
            stream.open();
        }
    }

    void forget(Attachment joiner) {
        waiting.remove(joiner);
        ahead.remove(joiner);
    }

    /** The cursor has. */
    void moved() {
        drain(ahead).forEach(this::serve);
    }

    void serveWaiting() {
        moved();
        drain(waiting).forEach(this::serve);
    }

    void readFailed() {
        waiting.addAll(drain(ahead));
        drain(waiting).forEach(this::waitAgain);
    }

    private void serve(Attachment joiner) {
        if (!joiner.isDetached()) {
            joiner.newest().ifPresentOrElse(newest -> serve(joiner, newest), () -> ask(joiner));
        }
    }

    private void ask(Attachment joiner) {
        reads.access(stream.name(), joiner.user())
                .onComplete(
                        access -> {
                            if (access.barred() && !joiner.passesBars()) {
                                audience.bar(joiner);
                            } else {
                                joiner.standsAt(access.head());
                                serve(joiner);
                            }
                        },
                        broken -> tryLater(joiner));
    }

    private void serve(Attachment joiner, Position newest) {
        Position cursor = stream.cursor();
        if (!newest.epoch().equals(cursor.epoch())) {
            joiner.standsNowhere();
            catchUpFor(joiner);
        } else if (newest.seq() > cursor.seq()) {
            ahead.add(joiner);
            stream.readLater();
        } else {
            place(joiner);
        }
    }

    private void place(Attachment joiner) {
        missed.recall(joiner.since(), stream.cursor())
                .ifPresentOrElse(slice -> give(joiner, slice), () -> readFor(joiner));
    }

    private void readFor(Attachment joiner) {
        Position since = joiner.since().orElseThrow();
        reads.shared(stream.name(), since)
                .onComplete(
                        slice -> missed.fromRead(since, slice, stream.cursor())
                                .ifPresentOrElse(known -> give(joiner, known), () -> catchUpFor(joiner)),
                        broken -> tryLater(joiner));
    }

    /** A stream that is faster than its reader for so long would be read for ever. */
    private void give(Attachment joiner, Slice slice) {
        if (!slice.more()) {
            audience.attach(joiner, slice);
        } else if (joiner.mayHaveAnother(config.parts())) {
            Position reached =
                    new Position(stream.cursor().epoch(), slice.head().seq());
            audience.hand(joiner, slice, reached);
        } else {
            audience.attach(joiner, Missed.nothing(stream.cursor()));
        }
    }

    /** The read and the cursor are too far apart. The orderer reads on, and then the joiner is served anew. */
    private void catchUpFor(Attachment joiner) {
        waitAgain(joiner);
        stream.readOn();
    }

    private void tryLater(Attachment joiner) {
        waitAgain(joiner);
        stream.readLater();
    }

    private void waitAgain(Attachment joiner) {
        if (joiner.isDetached()) {
            return;
        }
        if (joiner.mayTryAgain(config.readTries())) {
            waiting.add(joiner);
        } else {
            audience.fail(joiner);
        }
    }

    private static List<Attachment> drain(List<Attachment> joiners) {
        List<Attachment> all = List.copyOf(joiners);
        joiners.clear();
        return all;
    }
}
