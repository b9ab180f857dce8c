package dev.portcullis.streams.delivery;

import dev.portcullis.streams.StreamName;
import io.vertx.core.Vertx;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The followed streams without subscribers, which are kept for a while: a client often comes back at once after a reload or a
 * lost connection. They are used on the shard's context only.
 */
final class LingeringStreams {
    private final Vertx vertx;
    private final LongSupplier lingerMs;
    private final Consumer<FollowedStream> end;

    /** The streams in the order in which they lost their last subscriber. */
    private final Map<StreamName, Lingering> streams = new LinkedHashMap<>();

    private record Lingering(FollowedStream stream, long timer) {}

    /** @param end ends a stream whose time is over */
    LingeringStreams(Vertx vertx, LongSupplier lingerMs, Consumer<FollowedStream> end) {
        this.vertx = vertx;
        this.lingerMs = lingerMs;
        this.end = end;
    }

    void add(FollowedStream idle) {
        remove(idle.name());
        long timer = vertx.setTimer(Math.max(1, lingerMs.getAsLong()), due -> {
            if (streams.remove(idle.name()) != null) {
                end.accept(idle);
            }
        });
        streams.put(idle.name(), new Lingering(idle, timer));
    }

    /** Removes a stream that has a subscriber again. */
    void remove(StreamName stream) {
        Lingering known = streams.remove(stream);
        if (known != null) {
            vertx.cancelTimer(known.timer());
        }
    }

    /** Ends the stream that lingers for longest; false if no stream does. */
    boolean endLongest() {
        Iterator<Lingering> longest = streams.values().iterator();
        if (!longest.hasNext()) {
            return false;
        }
        FollowedStream stream = longest.next().stream();
        remove(stream.name());
        end.accept(stream);
        return true;
    }
}
