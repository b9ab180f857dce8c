package dev.portcullis.cluster.wire;

import dev.portcullis.audit.LogThrottle;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bytes of messages that are not complete yet, over all inbound connections of the event bus. */
final class PartialMessageBytes {
    private static final Logger LOG = LoggerFactory.getLogger(PartialMessageBytes.class);

    private final long limit;
    private final AtomicLong bytes = new AtomicLong();
    private final LogThrottle refusals = new LogThrottle(System::nanoTime);

    PartialMessageBytes(long most) {
        this.limit = most;
    }

    void add(long by) {
        bytes.addAndGet(by);
    }

    boolean exceedLimit() {
        return bytes.get() > limit;
    }

    /** At most one line in ten seconds, whatever comes in. */
    void logRefusal(String peer) {
        refusals.suppressed()
                .ifPresent(any -> LOG.atWarn()
                        .addKeyValue("event", "bus.peer.refused")
                        .addKeyValue("peer", peer)
                        .log("a connection to the bus that did not speak as a node does was closed"));
    }
}
