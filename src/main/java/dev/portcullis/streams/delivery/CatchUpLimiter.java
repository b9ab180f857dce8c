package dev.portcullis.streams.delivery;

import io.vertx.core.Future;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The reads by which streams catch up with the store: some at once, the others in turn. After a fail-over every carried
 * stream wants one. On the carrier's context only.
 */
final class CatchUpLimiter {
    private final int most;
    private final Set<Stream> waiting = new LinkedHashSet<>();
    private int underWay;

    /** A stream that may have to catch up. */
    interface Stream {
        /** Its turn has come. Completes when it has read. */
        Future<?> catchUp();
    }

    CatchUpLimiter(int most) {
        this.most = most;
    }

    void want(Stream stream) {
        waiting.add(stream);
        next();
    }

    private void next() {
        while (underWay < most && !waiting.isEmpty()) {
            Stream stream = waiting.iterator().next();
            waiting.remove(stream);
            Future<?> read = stream.catchUp();
            if (!read.isComplete()) {
                underWay++;
                read.onComplete(any -> {
                    underWay--;
                    next();
                });
            }
        }
    }
}
