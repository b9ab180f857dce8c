package dev.portcullis.edge.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * A text frame, encoded once for all its receivers on one event loop. Outboxes queue a reference to it, and its bytes
 * are counted once while any outbox holds it.
 */
public final class SharedFrame {
    private final ByteBuf encoded;
    private final MemoryBudget memory;
    private int holders;

    private SharedFrame(ByteBuf encoded, MemoryBudget memory) {
        this.encoded = encoded;
        this.memory = memory;
    }

    /** The caller releases it after every receiver was given it. */
    public static SharedFrame text(ByteBufAllocator allocator, byte[] utf8, MemoryBudget memory) {
        return new SharedFrame(WebSocketFrames.text(allocator, utf8), memory);
    }

    public void release() {
        encoded.release();
    }

    int bytes() {
        return encoded.readableBytes();
    }

    /** A duplicate for one receiver; the write releases it. */
    ByteBuf duplicate() {
        return encoded.retainedDuplicate();
    }

    /** Counts one more outbox that queues it. */
    void addHolder() {
        holders++;
        if (holders == 1) {
            encoded.retain();
            memory.take(encoded.capacity());
        }
    }

    void removeHolder() {
        holders--;
        if (holders == 0) {
            memory.release(encoded.capacity());
            encoded.release();
        }
    }
}
