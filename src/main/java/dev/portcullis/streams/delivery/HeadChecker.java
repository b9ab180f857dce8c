package dev.portcullis.streams.delivery;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamReader;
import dev.portcullis.streams.StreamStore.Confirmation;
import dev.portcullis.streams.StreamStore.Cursor;
import dev.portcullis.streams.StreamsConfig;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Asks the store where streams stand, many in one call, when an epoch may have changed: after a fork every carried stream
 * wants to know. Those for which an entry waits come first, then those whose newest entry is the youngest. What a fork left
 * whole needs no read. On the carrier's context only.
 */
final class HeadChecker {
    private static final long FIRST = Long.MAX_VALUE;

    private final Vertx vertx;
    private final StreamReader reads;
    private final int most;
    private final ReadBackoff backoff;
    private final Map<Stream, Wanted> waiting = new HashMap<>();
    private final PriorityQueue<Wanted> queue = new PriorityQueue<>(
            Comparator.comparingLong(Wanted::rank).reversed().thenComparingLong(Wanted::number));
    private long number;
    private boolean soon;
    private boolean underWay;
    private boolean resting;

    private record Wanted(Stream stream, long rank, long number) {}

    /** A stream that may have to be checked. */
    interface Stream {
        StreamName name();

        /** Its turn has come. From which place on; none where something else tells as much. */
        Optional<Position> startCheck();

        void checked(Position since, Confirmation said);

        /** It is asked again, with the others. */
        void checkFailed();
    }

    HeadChecker(Vertx vertx, StreamReader reads, StreamsConfig config) {
        this.vertx = vertx;
        this.reads = reads;
        this.most = config.headsAtOnce();
        this.backoff = new ReadBackoff(vertx, config.gapMs(), this::rested);
    }

    /** Counts what happens on this carrier: the higher, the later. */
    long nextNumber() {
        return ++number;
    }

    /** An entry waits for the answer. */
    void wantFirst(Stream stream) {
        want(stream, FIRST);
    }

    /** @param rank the number of the stream's newest entry */
    void want(Stream stream, long rank) {
        Wanted known = waiting.get(stream);
        if (known == null || known.rank() < rank) {
            Wanted wanted = new Wanted(stream, rank, nextNumber());
            waiting.put(stream, wanted);
            queue.add(wanted);
            gather();
        }
    }

    /** What is wanted in one go goes into one call. */
    private void gather() {
        if (!soon) {
            soon = true;
            vertx.runOnContext(any -> {
                soon = false;
                next();
            });
        }
    }

    private void next() {
        if (underWay || resting) {
            return;
        }
        List<Stream> asked = new ArrayList<>();
        List<Cursor> cursors = new ArrayList<>();
        while (cursors.size() < most && !queue.isEmpty()) {
            Wanted wanted = queue.remove();
            if (waiting.remove(wanted.stream(), wanted)) { // else it was moved up
                wanted.stream().startCheck().ifPresent(at -> {
                    asked.add(wanted.stream());
                    cursors.add(new Cursor(wanted.stream().name(), at));
                });
            }
        }
        if (!cursors.isEmpty()) {
            ask(asked, cursors);
        }
    }

    private void ask(List<Stream> asked, List<Cursor> cursors) {
        underWay = true;
        reads.confirm(cursors)
                .onComplete(
                        said -> {
                            backoff.readHelped();
                            for (int i = 0; i < asked.size(); i++) {
                                asked.get(i).checked(cursors.get(i).at(), said.get(i));
                            }
                            underWay = false;
                            next();
                        },
                        broken -> {
                            resting = true;
                            asked.forEach(Stream::checkFailed);
                            underWay = false;
                            backoff.readBroughtNothing();
                            backoff.readLater();
                        });
    }

    private void rested() {
        resting = false;
        next();
    }
}
