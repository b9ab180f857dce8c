package dev.portcullis.edge.socket;

import dev.portcullis.edge.transport.LoadShedder;
import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.edge.transport.SharedFrame;
import dev.portcullis.protocol.codec.FrameChunks;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The only writer of messages to a socket, on its event loop. What the channel can't take is queued and counted here: Vert.x and
 * Netty would queue without bound. A reader is slow if the queue still exceeds its bound after the socket was flushed
 * and had {@code slowReaderMs} to drain it: a burst caused by this node's own delay is not the reader's fault. Replays
 * are queued in the same order but outside the bound. They are sent in fragments as the socket drains, so that a resume
 * can't close its own connection, and a pong can pass between two fragments.
 */
final class Outbox implements LoadShedder.Holder, FlushCoalescer.Target {
    /** Estimated heap use of each queued frame: a reference in a queue that doubles when it is full. */
    static final int ENTRY_BYTES = 16;

    /**
     * Estimated heap use of each socket with queued bytes: the queue, and Netty's objects for what the channel took.
     */
    static final int SOCKET_BYTES = 8_192;

    private static final int FLUSH_FRAMES = 64;
    private static final int BURST_FACTOR = 8;

    private final ChannelHandlerContext context;
    private final FlushCoalescer flushCoalescer;
    private final SocketConfig config;
    private final LoadShedder shedder;
    private final MemoryBudget memory;
    private final OverflowListener overflow;
    private @Nullable ArrayDeque<Object> waiting;
    private long liveBytes;
    private int liveFrames;
    private int replays;
    private long replayBytes;
    private int unflushed;
    private boolean flushScheduled;
    private boolean draining;
    private boolean pingDue;
    private byte @Nullable [] pongDue;
    private long inChannel;
    private boolean dropped;
    private long progressAt;
    private @Nullable SlowReaderTimer overLimit;

    /** Closes the connection when too much is queued. */
    interface OverflowListener {
        void tooSlow();

        /** The node's memory budget has no room for the queue. */
        void noCapacity();
    }

    Outbox(
            ChannelHandlerContext context,
            FlushCoalescer flushCoalescer,
            SocketConfig config,
            LoadShedder shedder,
            OverflowListener overflow) {
        this.context = context;
        this.flushCoalescer = flushCoalescer;
        this.config = config;
        this.shedder = shedder;
        this.memory = shedder.memory();
        this.overflow = overflow;
    }

    /** {@code false}: the reader is too slow and the queue is full. */
    boolean enqueue(SharedFrame frame) {
        if (waiting == null && canWrite()) {
            write(frame.duplicate());
            return true;
        }
        if (liveFrames >= BURST_FACTOR * (long) config.outboxFrames()
                || liveBytes + frame.bytes() > BURST_FACTOR * (long) config.outboxBytes()) {
            return false;
        }
        queue().add(frame);
        liveFrames++;
        liveBytes += frame.bytes();
        frame.addHolder();
        memory.take(ENTRY_BYTES);
        if (overLimit == null && exceedsLimit()) {
            overLimit =
                    SlowReaderTimer.start(context.executor(), config.slowReaderMs(), this::drain, overflow::tooSlow);
        }
        return true;
    }

    void replay(FrameChunks frame) {
        replays++;
        replayBytes += frame.length();
        queue().add(new StreamedReply(frame));
        drain();
    }

    /**
     * Sends a ping ahead of the queue, as soon as the channel is writable: the peer's answer must not wait for the
     * queue.
     */
    void ping() {
        pingDue = true;
        sendDue();
    }

    /**
     * Likewise sends the answer to the peer's latest ping. One is enough (RFC 6455 5.5.3), and a peer may send pings
     * without reading.
     */
    void pong(byte[] payload) {
        pongDue = payload;
        sendDue();
    }

    /** Writes queued frames while the channel is writable. */
    void drain() {
        if (draining) {
            return; // a flush in the loop below made the channel writable; the loop continues anyway
        }
        draining = true;
        try {
            updateInChannel();
            sendDue();
            while (waiting != null && canWrite() && waiting != null) {
                writeNext(waiting);
                if (waiting != null && waiting.isEmpty()) { // a write to a closed peer drops the queue
                    queueDrained();
                }
            }
        } finally {
            draining = false;
        }
    }

    /**
     * Writes the next frame or fragment. A replay stays queued until the channel is writable after its last fragment:
     * what is in the channel is in memory, and is counted while the reader leaves it there.
     */
    private void writeNext(ArrayDeque<Object> from) {
        if (!(from.peek() instanceof StreamedReply reply)) {
            SharedFrame frame = (SharedFrame) from.remove();
            ByteBuf duplicate = frame.duplicate();
            dequeued(frame);
            write(duplicate);
        } else if (reply.finished()) {
            replays--;
            replayBytes -= reply.length();
            from.remove();
        } else {
            write(reply.nextFragment(context));
        }
    }

    /** Drops the queue; what the channel has taken is no longer counted either. */
    void drop() {
        dropped = true;
        pingDue = false; // nothing may follow our close frame (RFC 6455 5.5.1)
        pongDue = null;
        updateInChannel();
        if (waiting != null) {
            waiting.forEach(each -> {
                if (each instanceof SharedFrame frame) {
                    dequeued(frame);
                }
            });
            queueDrained();
        }
        replays = 0;
        replayBytes = 0;
    }

    boolean replaying() {
        return replays > 0;
    }

    /** The time of the last progress if anything is queued, else {@code now}. */
    long stuckSince(long now) {
        updateInChannel();
        return waiting == null && inChannel == 0 ? now : progressAt;
    }

    /** Any thread may read it and may see a stale value. */
    long bytes() {
        return liveBytes;
    }

    @Override
    public void flush() {
        flushScheduled = false;
        flushNow();
    }

    @Override
    public long heldBytes() {
        return liveBytes + replayBytes + inChannel + SOCKET_BYTES;
    }

    @Override
    public long stuckBytes(long now) {
        return now - progressAt > LoadShedder.STUCK_NANOS ? heldBytes() : 0;
    }

    @Override
    public void shed(Runnable then) {
        context.executor().execute(() -> {
            if (waiting != null || inChannel > 0) {
                overflow.noCapacity();
            }
            then.run();
        });
    }

    private boolean exceedsLimit() {
        return liveFrames > config.outboxFrames() || liveBytes > config.outboxBytes();
    }

    /** Whether the channel is writable. Unflushed writes do not make a socket full: they are flushed first. */
    private boolean canWrite() {
        Channel channel = context.channel();
        if (!channel.isWritable() && unflushed > 0) {
            flushNow();
        }
        return channel.isWritable();
    }

    private void sendDue() {
        if (pingDue && context.channel().isWritable()) {
            pingDue = false;
            write(WebSocketFrames.ping(context.alloc()));
        }
        if (pongDue != null && context.channel().isWritable()) {
            byte[] payload = pongDue;
            pongDue = null;
            write(WebSocketFrames.pong(context.alloc(), payload));
        }
    }

    private void write(ByteBuf frame) {
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

    private void flushNow() {
        unflushed = 0;
        context.flush();
        updateInChannel();
    }

    /**
     * Bytes that the channel has taken and the peer has not read are in memory too. They count only while the channel
     * is not writable: less than that is part of the base cost of a socket.
     */
    private void updateInChannel() {
        long now = dropped || context.channel().isWritable() ? 0 : pendingBytes();
        long before = inChannel;
        if (now == before) {
            return;
        }
        inChannel = now;
        if (now < before) {
            progressAt = System.nanoTime();
            memory.release(before - now);
        }
        if (now == 0 && waiting == null) {
            shedder.remove(this);
        } else if (before == 0) {
            shedder.add(this);
        }
        if (now > before) {
            memory.take(now - before); // last, since it may close this connection
        }
    }

    private long pendingBytes() {
        ChannelOutboundBuffer pending = context.channel().unsafe().outboundBuffer();
        return pending == null ? 0 : pending.totalPendingWriteBytes();
    }

    private void dequeued(SharedFrame frame) {
        liveFrames--;
        liveBytes -= frame.bytes();
        frame.removeHolder();
        memory.release(ENTRY_BYTES);
        if (overLimit != null && !exceedsLimit()) {
            overLimit.cancel();
            overLimit = null;
        }
    }

    private ArrayDeque<Object> queue() {
        if (waiting == null) {
            waiting = new ArrayDeque<>(4);
            progressAt = System.nanoTime();
            memory.take(SOCKET_BYTES);
            shedder.add(this);
        }
        return waiting;
    }

    private void queueDrained() {
        waiting = null;
        if (inChannel == 0) {
            shedder.remove(this);
        }
        memory.release(SOCKET_BYTES);
    }
}
