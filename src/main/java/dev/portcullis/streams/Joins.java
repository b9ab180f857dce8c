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
 * <p>Whether they are barred is asked once the audience expects them. A bar that was set before is answered then; one
 * that is set later comes as an entry, and meets them.
 */
final class Joins {
    private final Carried stream;
    private final StreamReads reads;
    private final StreamsConfig config;
    private final Missed missed;
    private final Audience audience;
    private final List<Attachment> waiting = new ArrayList<>();
    private int count;

    Joins(Carried stream, StreamReads reads, StreamsConfig config, Missed missed, Audience audience) {
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
        return !waiting.isEmpty();
    }

    Optional<Position> firstSince() {
        return waiting.get(0).since();
    }

    void join(Attachment joiner) {
        count++;
        audience.expect(joiner);
        if (stream.isOpen()) {
            serve(joiner);
        } else {
            waiting.add(joiner);
            stream.open();
        }
    }

    void forget(Attachment joiner) {
        waiting.remove(joiner);
    }

    void serveWaiting() {
        List<Attachment> ready = List.copyOf(waiting);
        waiting.clear();
        ready.forEach(this::serve);
    }

    void readFailed() {
        List<Attachment> tried = List.copyOf(waiting);
        waiting.clear();
        tried.forEach(this::waitAgain);
    }

    private void serve(Attachment joiner) {
        reads.isBarred(stream.stream(), joiner.user())
                .onComplete(
                        barred -> {
                            if (barred) {
                                audience.bar(joiner);
                            } else {
                                place(joiner);
                            }
                        },
                        broken -> tryLater(joiner));
    }

    private void place(Attachment joiner) {
        if (joiner.isDetached()) {
            return;
        }
        missed.recall(stream.stream(), joiner.since(), stream.cursor())
                .ifPresentOrElse(slice -> audience.attach(joiner, slice), () -> readFor(joiner));
    }

    private void readFor(Attachment joiner) {
        Position since = joiner.since().orElseThrow();
        reads.shared(stream.stream(), since)
                .onComplete(
                        slice -> {
                            if (isAhead(slice) && joiner.mayTryAgain(config.readTries())) {
                                waiting.add(joiner);
                                stream.readOn();
                            } else {
                                missed.fromRead(stream.stream(), since, slice, stream.cursor())
                                        .ifPresentOrElse(
                                                known -> audience.attach(joiner, known), () -> catchUpFor(joiner));
                            }
                        },
                        broken -> tryLater(joiner));
    }

    /** Who can't resume is at least told of a head that is not behind what it was acknowledged. */
    private boolean isAhead(Slice slice) {
        Position cursor = stream.cursor();
        return !slice.exact()
                && slice.head().epoch().equals(cursor.epoch())
                && slice.head().seq() > cursor.seq();
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
}
