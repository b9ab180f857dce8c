package dev.portcullis.edge.socket;

import dev.portcullis.edge.transport.MemoryBudget;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;

/** Writes frames to a channel, flushes them together, and counts the bytes that the peer leaves in the channel. */
final class ChannelWriter implements FlushCoalescer.Target {
    private static final int FLUSH_FRAMES = 64;

    private final ChannelHandlerContext context;
    private final Channel channel;
    private final FlushCoalescer flushCoalescer;
    private final MemoryBudget memory;
    private final Runnable unreadChanged;
    private int unflushed;
    private boolean flushScheduled;
    private long unread;
    private boolean dropped;
    private long progressAt;

    /** @param unreadChanged called when {@link #unread} has changed */
    ChannelWriter(
            ChannelHandlerContext context, FlushCoalescer flushCoalescer, MemoryBudget memory, Runnable unreadChanged) {
        this.context = context;
        this.channel = context.channel();
        this.flushCoalescer = flushCoalescer;
        this.memory = memory;
        this.unreadChanged = unreadChanged;
    }

    boolean isWritable() {
        return channel.isWritable();
    }

    /** Whether the channel is writable. Unflushed writes do not make a socket full: they are flushed first. */
    boolean canWrite() {
        if (channel.isWritable()) {
            return true;
        }
        if (unflushed > 0) {
            flushNow();
        }
        return channel.isWritable();
    }

    void write(ByteBuf frame) {
        progressAt = System.nanoTime();
        var unused = context.write(frame, context.voidPromise());
        unflushed++;
        if (unflushed >= FLUSH_FRAMES) {
            flushNow();
        } else {
            boolean first = !flushScheduled;
            flushScheduled = true;
            flushCoalescer.wrote(this, first, progressAt);
        }
    }

    @Override
    public void flush() {
        flushScheduled = false;
        flushNow();
    }

    /** From now on what the channel has taken is not counted. */
    void drop() {
        dropped = true;
        updateUnread();
    }

    /** Bytes that the channel had taken and the peer had not read at the last count. */
    long unread() {
        return unread;
    }

    /**
     * Counts the bytes that the peer has not read, which take memory too. They count only while the channel is not writable:
     * less than that is part of the base cost of a socket.
     */
    void updateUnread() {
        long now = dropped || isWritable() ? 0 : pendingBytes();
        long before = unread;
        if (now == before) {
            return;
        }
        unread = now;
        if (now < before) {
            progressAt = System.nanoTime();
            memory.release(before - now);
        }
        unreadChanged.run();
        if (now > before) {
            memory.take(now - before); // last, since it may close this connection
        }
    }

    /** Bytes wait from now on, so that a stall begins now at the earliest. */
    void beginWait() {
        progressAt = System.nanoTime();
    }

    /** When something was written or read last, or a wait began, in {@link System#nanoTime()}. */
    long progressAt() {
        return progressAt;
    }

    private void flushNow() {
        unflushed = 0;
        context.flush();
        updateUnread();
    }

    private long pendingBytes() {
        ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
        return pending == null ? 0 : pending.totalPendingWriteBytes();
    }
}
