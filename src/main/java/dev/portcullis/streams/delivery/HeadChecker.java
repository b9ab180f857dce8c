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
 * Asks the store for the heads of many streams in one call when epochs may have changed: after a fork every followed stream asks.
 * Streams with a waiting entry come first, then those with the most recent delivery. A stream that lost nothing in the fork needs
 * no read. It is used on the shard's context only.
 */
final class HeadChecker {
    private static final long FIRST = Long.MAX_VALUE;

    private final Vertx vertx;
    private final StreamReader reader;
    private final int maxStreams;
    private final ReadTimer backoff;
    private final Map<Stream, Request> waiting = new HashMap<>();
    private final PriorityQueue<Request> queue = new PriorityQueue<>(
            Comparator.comparingLong(Request::rank).reversed().thenComparingLong(Request::number));
    private long number;
    private boolean scheduled;
    private boolean inFlight;
    private boolean backingOff;

    private record Request(Stream stream, long rank, long number) {}

    /** A stream that may have to be checked. */
    interface Stream {
        StreamName name();

        /** Returns the position to confirm; empty where another read answers the question. */
        Optional<Position> startCheck();

        void checked(Position since, Confirmation confirmation);

        /** The stream must request its check again. */
        void checkFailed();
    }

    HeadChecker(Vertx vertx, StreamReader reader, StreamsConfig config) {
        this.vertx = vertx;
        this.reader = reader;
        this.maxStreams = config.headsAtOnce();
        this.backoff = new ReadTimer(vertx, config.gapMs(), this::backoffElapsed);
    }

    /** Numbers the events of this shard: a higher number is later. */
    long nextNumber() {
        return ++number;
    }

    /** Requests a check first, for a stream with an entry that waits for the answer. */
    void requestFirst(Stream stream) {
        request(stream, FIRST);
    }

    /** @param rank the number of the stream's last delivery */
    void request(Stream stream, long rank) {
        Request known = waiting.get(stream);
        if (known == null || known.rank() < rank) {
            Request request = new Request(stream, rank, nextNumber());
            waiting.put(stream, request);
            queue.add(request);
            scheduleNext();
        }
    }

    /** Schedules the next call. Requests made in the same run of the event loop share one call. */
    private void scheduleNext() {
        if (!scheduled) {
            scheduled = true;
            vertx.runOnContext(any -> {
                scheduled = false;
                next();
            });
        }
    }

    private void next() {
        if (inFlight || backingOff) {
            return;
        }
        List<Stream> asked = new ArrayList<>();
        List<Cursor> cursors = new ArrayList<>();
        while (cursors.size() < maxStreams && !queue.isEmpty()) {
            Request request = queue.remove();
            if (waiting.remove(request.stream(), request)) { // otherwise a higher rank replaced it
                request.stream().startCheck().ifPresent(at -> {
                    asked.add(request.stream());
                    cursors.add(new Cursor(request.stream().name(), at));
                });
            }
        }
        if (!cursors.isEmpty()) {
            ask(asked, cursors);
        }
    }

    private void ask(List<Stream> asked, List<Cursor> cursors) {
        inFlight = true;
        reader.confirm(cursors)
                .onComplete(
                        confirmations -> {
                            backoff.readHelped();
                            for (int i = 0; i < asked.size(); i++) {
                                asked.get(i).checked(cursors.get(i).at(), confirmations.get(i));
                            }
                            inFlight = false;
                            next();
                        },
                        failure -> {
                            backingOff = true;
                            asked.forEach(Stream::checkFailed);
                            inFlight = false;
                            backoff.readBroughtNothing();
                            backoff.readLater();
                        });
    }

    private void backoffElapsed() {
        backingOff = false;
        next();
    }
}
