package dev.portcullis.app.node.assembly;

import dev.portcullis.http.routing.BodyLimiter;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory for bodies that operators send. Only large ones count, which are read from admitted callers: so neither they
 * nor strangers keep an operator from a call with a small body. Of small ones the connections bound the memory: each holds
 * one at most.
 */
final class OperatorBodies implements BodyLimiter.Memory {
    /** Twice what a client may send: a body counts as received, and as parsed. */
    private static final long SMALL = 2 * 10_240;

    private final long max;
    private final AtomicLong reserved = new AtomicLong();

    OperatorBodies(long max) {
        this.max = max;
    }

    @Override
    public boolean tryReserve(long bytes) {
        if (bytes <= SMALL || reserved.addAndGet(bytes) <= max) {
            return true;
        }
        reserved.addAndGet(-bytes);
        return false;
    }

    @Override
    public void release(long bytes) {
        if (bytes > SMALL) {
            reserved.addAndGet(-bytes);
        }
    }
}
