package dev.portcullis.streams;

import io.vertx.core.Future;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The reads by which streams catch up with the store: some at once, the others in turn. After a fail-over every carried
 * stream wants one. On the carrier's context only.
 */
final class Mending {
    private final int most;
    private final Set<Carried> waiting = new LinkedHashSet<>();
    private int underWay;

    Mending(int most) {
        this.most = most;
    }

    void want(Carried stream) {
        waiting.add(stream);
        next();
    }

    private void next() {
        while (underWay < most && !waiting.isEmpty()) {
            Carried stream = waiting.iterator().next();
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
