package dev.portcullis.edge.transport;

import io.netty.buffer.ByteBuf;

/**
 * A frame, encoded once for all its receivers on one event loop. Outboxes queue a reference to it, and its bytes
 * are counted once while any outbox holds it.
 */
public final class SharedFrame {
    private final ByteBuf encoded;
    private final MemoryBudget memory;
    private int holders;

    /** The caller releases it after every receiver was given it. */
    public SharedFrame(ByteBuf encoded, MemoryBudget memory) {
        this.encoded = encoded;
        this.memory = memory;
    }

    public void release() {
        encoded.release();
    }

    public int bytes() {
        return encoded.readableBytes();
    }

    /**
     * A duplicate for one receiver; the write releases it. All duplicates share one count of references: Netty's retained duplicates have
     * counts of their own and come from a pool, and most are out of the processor's cache again when they are released.
     */
    public ByteBuf duplicate() {
        return encoded.retain().duplicate();
    }

    /** Counts one more outbox that queues it. */
    public void addHolder() {
        holders++;
        if (holders == 1) {
            encoded.retain();
            memory.take(encoded.capacity());
        }
    }

    public void removeHolder() {
        holders--;
        if (holders == 0) {
            memory.release(encoded.capacity());
            encoded.release();
        }
    }
}
