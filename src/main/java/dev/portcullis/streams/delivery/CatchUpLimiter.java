package dev.portcullis.streams.delivery;

import io.vertx.core.Future;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Bounds how many streams read from the store at once to catch up; the others wait in order. After a fail-over every followed
 * stream asks for such a read. It is used on the shard's context only.
 */
final class CatchUpLimiter {
    private final int maxConcurrent;
    private final Set<Stream> waiting = new LinkedHashSet<>();
    private int inFlight;

    /** A stream that may have to catch up. */
    interface Stream {
        /** Starts the read. Completes when it is done. */
        Future<?> catchUp();
    }

    CatchUpLimiter(int maxConcurrent) {
        this.maxConcurrent = maxConcurrent;
    }

    void request(Stream stream) {
        waiting.add(stream);
        next();
    }

    private void next() {
        while (inFlight < maxConcurrent && !waiting.isEmpty()) {
            Stream stream = waiting.iterator().next();
            waiting.remove(stream);
            Future<?> read = stream.catchUp();
            if (!read.isComplete()) {
                inFlight++;
                read.onComplete(any -> {
                    inFlight--;
                    next();
                });
            }
        }
    }
}
