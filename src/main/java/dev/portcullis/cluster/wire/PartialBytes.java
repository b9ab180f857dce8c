package dev.portcullis.cluster.wire;

import dev.portcullis.audit.LogThrottle;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bytes of incomplete messages on all inbound connections of the event bus. */
final class PartialBytes {
    static final Logger LOG = LoggerFactory.getLogger(PartialBytes.class);

    private final long limit;
    private final AtomicLong bytes = new AtomicLong();
    private final LogThrottle refusals = new LogThrottle(System::nanoTime);

    PartialBytes(long limit) {
        this.limit = limit;
    }

    void add(long by) {
        bytes.addAndGet(by);
    }

    boolean exceedLimit() {
        return bytes.get() > limit;
    }

    /** Logs at most one line in ten seconds, whatever arrives. */
    void logRefusal(String peer) {
        refusals.suppressed()
                .ifPresent(any -> LOG.atWarn()
                        .addKeyValue("event", "bus.peer.refused")
                        .addKeyValue("peer", peer)
                        .log("closed a connection to the bus that did not send messages as a node does"));
    }
}
