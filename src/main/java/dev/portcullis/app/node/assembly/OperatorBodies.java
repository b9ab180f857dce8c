package dev.portcullis.app.node.assembly;

import dev.portcullis.http.routing.BodyLimiter;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory for bodies that operators send. Only large ones count, which are read from admitted callers: so neither they
 * nor strangers keep an operator from a call with a small body. Of small ones the connections bound the memory: each holds
 * one at most.
 */
final class OperatorBodies implements BodyLimiter.Memory {
    /** What a client may send. So many bytes of each body take no memory. */
    static final int SMALL = 10_240;

    private final long max;
    private final AtomicLong reserved = new AtomicLong();

    OperatorBodies(long max) {
        this.max = max;
    }

    @Override
    public boolean tryReserve(long bytes) {
        if (reserved.addAndGet(bytes) <= max) {
            return true;
        }
        reserved.addAndGet(-bytes);
        return false;
    }

    @Override
    public void release(long bytes) {
        reserved.addAndGet(-bytes);
    }
}
