package dev.portcullis.edge.socket;

import dev.portcullis.protocol.codec.FrameChunks;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A socket's only writer, on its event loop. What the channel can't take waits here, where it is counted: Vert.x and
 * Netty would queue without bound. A reader is slow if more than the bound still waits after the socket was flushed and
 * had {@code slowReaderMs} to take it: what our own backlog brings at once is not the reader's fault. Replays wait in the
 * same order but outside the bound, and go out in fragments as the socket drains, so that a resume can't kill itself and
 * a pong can still pass between two fragments.
 */
final class Outbox implements LoadShedder.Holder, FlushCoalescer.Target {
    /** Of the heap, for each frame that waits: a reference in a queue that doubles when it is full. */
    static final int ENTRY_BYTES = 16;

    /** Of the heap, for each socket with anything waiting: the queue, and Netty's objects for what the channel took. */
    static final int SOCKET_BYTES = 8_192;

    private static final int FLUSH_FRAMES = 64;
    private static final int BURST_FACTOR = 8;
    private static final long FINAL_CHECK_MS = 20;

    private final ChannelHandlerContext context;
    private final FlushCoalescer flushCoalescer;
    private final SocketConfig config;
    private final LoadShedder shedder;
    private final MemoryBudget memory;
    private final OverflowListener judge;
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
    private boolean overLimit;
    private long overSince;
    private @Nullable ScheduledFuture<?> slowReaderCheck;

    /** Ends the connection of a reader for whom too much waits. */
    interface OverflowListener {
        void tooSlow();

        /** The node has no room for what waits here. */
        void noCapacity();
    }

    Outbox(ChannelHandlerContext context, FlushCoalescer turn, SocketConfig config, LoadShedder shedder, OverflowListener judge) {
        this.context = context;
        this.flushCoalescer = turn;
        this.config = config;
        this.shedder = shedder;
        this.memory = shedder.memory();
        this.judge = judge;
    }

    /** {@code false}: the reader is too slow, nothing more can wait. */
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
        if (!overLimit && exceedsLimit()) {
            overLimit = true;
            overSince = System.nanoTime();
            scheduleCheck(config.slowReaderMs(), false);
        }
        return true;
    }

    void replay(FrameChunks frame) {
        replays++;
        replayBytes += frame.length();
        queue().add(new StreamedReply(frame));
        drain();
    }

    /** Jumps the queue, as soon as the channel takes anything: the peer's answer must not wait behind what waits here. */
    void ping() {
        pingDue = true;
        sendDue();
    }

    /** Likewise the answer to the peer's latest ping; one is enough (RFC 6455 5.5.3), and a peer may ping without reading. */
    void pong(byte[] payload) {
        pongDue = payload;
        sendDue();
    }

    /** Writes what the channel takes. */
    void drain() {
        if (draining) {
            return; // a flush in here makes the channel writable, and we go on anyway
        }
        draining = true;
        try {
            updateInChannel();
            sendDue();
            while (waiting != null && canWrite() && waiting != null) {
                writeNext(waiting);
                if (waiting != null && waiting.isEmpty()) { // a write to a peer that is gone drops all
                    queueDrained();
                }
            }
        } finally {
            draining = false;
        }
    }

    /**
     * Writes what is next. A replay waits until the channel takes more than the last of it: what is in the channel is in
     * memory, and is counted for as long as a reader who does not read leaves it there.
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

    /** Forgets what waits; of what the channel has taken only that it counts. */
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

    /** Since when nothing moved although something waits; empty-handed it is now. */
    long stuckSince(long now) {
        updateInChannel();
        return waiting == null && inChannel == 0 ? now : progressAt;
    }

    /** May be read from any thread, and is then what it was lately. */
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
                judge.noCapacity();
            }
            then.run();
        });
    }

    private void scheduleCheck(long millis, boolean last) {
        slowReaderCheck = context.executor().schedule(() -> judge(last), millis, TimeUnit.MILLISECONDS);
    }

    /**
     * The last look comes a round of the event loop after the time has passed: where the loop itself was held up, the
     * socket was not asked in between whether it takes more.
     */
    private void judge(boolean last) {
        drain();
        if (!overLimit) {
            return;
        }
        long left = config.slowReaderMs() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - overSince);
        if (left > 0) {
            scheduleCheck(left, false);
        } else if (last) {
            judge.tooSlow();
        } else {
            scheduleCheck(FINAL_CHECK_MS, true);
        }
    }

    /** Else the timer would keep the connection in memory until it is due, though it may be closed by then. */
    private void cancelCheck() {
        if (slowReaderCheck != null) {
            slowReaderCheck.cancel(false);
            slowReaderCheck = null;
        }
    }

    private boolean exceedsLimit() {
        return liveFrames > config.outboxFrames() || liveBytes > config.outboxBytes();
    }

    /** What this turn wrote does not make a socket full: it is flushed first. */
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
     * What the channel has taken and the peer does not take is in memory too. It counts from the bound on at which the
     * channel takes no more: less than that is part of what every socket costs.
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
            memory.take(now - before); // the last, since it may be too much
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
        if (overLimit && !exceedsLimit()) {
            overLimit = false;
            cancelCheck();
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
