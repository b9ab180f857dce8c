package dev.portcullis.cluster.wire;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bytes of messages that are not complete yet, over all inbound connections of the event bus. */
final class PartialBytes {
    private static final Logger LOG = LoggerFactory.getLogger(PartialBytes.class);
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final long most;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong told = new AtomicLong(System.nanoTime() - QUIET_NANOS);

    PartialBytes(long most) {
        this.most = most;
    }

    void change(long by) {
        bytes.addAndGet(by);
    }

    boolean areTooMany() {
        return bytes.get() > most;
    }

    /** At most one line in ten seconds, whatever comes in. */
    void tell(String peer) {
        long last = told.get();
        long now = System.nanoTime();
        if (now - last >= QUIET_NANOS && told.compareAndSet(last, now)) {
            LOG.atWarn()
                    .addKeyValue("event", "bus.peer.refused")
                    .addKeyValue("peer", peer)
                    .log("a connection to the bus that did not speak as a node does was closed");
        }
    }
}
