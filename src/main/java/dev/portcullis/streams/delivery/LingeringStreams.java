package dev.portcullis.streams.delivery;

import dev.portcullis.streams.StreamName;
import io.vertx.core.Vertx;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The followed streams without subscribers, which are kept for a while: a client often comes back at once after a reload or a
 * lost connection. They are used on the shard's context only.
 */
final class LingeringStreams {
    /** The most streams that end in one turn of the event loop: many clients may have left together. */
    private static final int MOST_AT_ONCE = 256;

    private final Vertx vertx;
    private final LongSupplier lingerMs;
    private final Consumer<FollowedStream> end;

    /** The streams in the order in which they lost their last subscriber, and in which their time is over. */
    private final Map<StreamName, Lingering> streams = new LinkedHashMap<>();

    private boolean awaitsFirst;

    private record Lingering(FollowedStream stream, long until) {
        boolean isOver() {
            return until - System.nanoTime() <= 0;
        }
    }

    /**
     * @param lingerMs always the same, or 0 where no stream may linger
     * @param end ends a stream whose time is over
     */
    LingeringStreams(Vertx vertx, LongSupplier lingerMs, Consumer<FollowedStream> end) {
        this.vertx = vertx;
        this.lingerMs = lingerMs;
        this.end = end;
    }

    void add(FollowedStream idle) {
        remove(idle.name());
        long millis = lingerMs.getAsLong();
        Lingering added = new Lingering(idle, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
        streams.put(idle.name(), added);
        if (millis == 0) {
            vertx.runOnContext(any -> {
                if (streams.remove(idle.name(), added)) {
                    end.accept(idle);
                }
            });
        } else if (!awaitsFirst) {
            awaitFirst(millis);
        }
    }

    /** Removes a stream that has a subscriber again. */
    void remove(StreamName stream) {
        streams.remove(stream);
    }

    /** The number of rooms among the streams. */
    int rooms() {
        return (int)
                streams.keySet().stream().filter(stream -> !stream.isInbox()).count();
    }

    /** Ends the stream that lingers for longest; false if no stream does. */
    boolean endLongest() {
        Iterator<Lingering> longest = streams.values().iterator();
        if (!longest.hasNext()) {
            return false;
        }
        FollowedStream stream = longest.next().stream();
        longest.remove();
        end.accept(stream);
        return true;
    }

    /** One timer serves all: clients come and go far more often than streams end. */
    private void awaitFirst(long millis) {
        awaitsFirst = true;
        vertx.setTimer(millis, due -> endDue());
    }

    private void endDue() {
        awaitsFirst = false;
        for (int ended = 0; ended < MOST_AT_ONCE && !streams.isEmpty() && first().isOver(); ended++) {
            endLongest();
        }
        if (!streams.isEmpty()) {
            awaitFirst(1 + Math.max(0, TimeUnit.NANOSECONDS.toMillis(first().until() - System.nanoTime())));
        }
    }

    private Lingering first() {
        return streams.values().iterator().next();
    }
}
