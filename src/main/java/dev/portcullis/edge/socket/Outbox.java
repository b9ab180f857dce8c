package dev.portcullis.edge.socket;

import dev.portcullis.protocol.FramePieces;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A socket's only writer, on its event loop. What the channel can't take waits here, where it is counted: Vert.x and
 * Netty would queue without bound. A reader is slow if more than the bound still waits after the socket was flushed and
 * had {@code slowReaderMs} to take it: what our own backlog brings at once is not the reader's fault. Replays wait in the
 * same order but outside the bound, and go out in fragments as the socket drains, so that a resume can't kill itself and
 * a pong can still pass between two fragments.
 */
final class Outbox implements Shedding.Holder {
    /** Of the heap, for each frame that waits: a reference in a queue that doubles when it is full. */
    static final int ENTRY_BYTES = 16;

    /** Of the heap, for each socket with anything waiting: the queue, and Netty's objects for what the channel took. */
    static final int SOCKET_BYTES = 8_192;

    private static final int FLUSH_FRAMES = 64;
    private static final int BURST = 8;
    private static final long ONE_ROUND_MS = 20;

    private final ChannelHandlerContext context;
    private final FlushTurn turn;
    private final SocketConfig config;
    private final Shedding shedding;
    private final MemoryBudget memory;
    private final Judge judge;
    private @Nullable ArrayDeque<Object> waiting;
    private long liveBytes;
    private int liveFrames;
    private int replays;
    private long replayBytes;
    private int unflushed;
    private boolean touched;
    private boolean draining;
    private boolean pingDue;
    private long movedAt;
    private boolean over;
    private long overSince;

    /** Ends the connection of a reader for whom too much waits. */
    interface Judge {
        void tooSlow();

        /** The node has no room for what waits here. */
        void noCapacity();
    }

    Outbox(ChannelHandlerContext context, FlushTurn turn, SocketConfig config, Shedding shedding, Judge judge) {
        this.context = context;
        this.turn = turn;
        this.config = config;
        this.shedding = shedding;
        this.memory = shedding.memory();
        this.judge = judge;
    }

    /** {@code false}: the reader is too slow, nothing more can wait. */
    boolean live(SharedFrame frame) {
        if (waiting == null && takesMore()) {
            write(frame.duplicate());
            return true;
        }
        if (liveFrames >= BURST * (long) config.outboxFrames()
                || liveBytes + frame.bytes() > BURST * (long) config.outboxBytes()) {
            return false;
        }
        queue().add(frame);
        liveFrames++;
        liveBytes += frame.bytes();
        frame.hold();
        memory.take(ENTRY_BYTES);
        if (!over && isOver()) {
            over = true;
            overSince = System.nanoTime();
            judgeIn(config.slowReaderMs(), false);
        }
        return true;
    }

    void replay(FramePieces frame) {
        replays++;
        replayBytes += frame.length();
        queue().add(new Replay(frame));
        drain();
    }

    /** Jumps the queue, as soon as the channel takes anything: the peer's answer must not wait behind what waits here. */
    void ping() {
        pingDue = true;
        sendDuePing();
    }

    /** Writes what the channel takes. */
    void drain() {
        if (draining) {
            return; // a flush in here makes the channel writable, and we go on anyway
        }
        draining = true;
        try {
            sendDuePing();
            while (waiting != null && takesMore() && waiting != null) {
                step(waiting);
                if (waiting != null && waiting.isEmpty()) { // a write to a peer that is gone drops all
                    nothingWaits();
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
    private void step(ArrayDeque<Object> from) {
        if (!(from.peek() instanceof Replay replay)) {
            SharedFrame frame = (SharedFrame) from.remove();
            ByteBuf duplicate = frame.duplicate();
            forget(frame);
            write(duplicate);
        } else if (replay.finished()) {
            replays--;
            replayBytes -= replay.length();
            from.remove();
        } else {
            write(replay.step(context));
        }
    }

    /** Forgets what waits, but not what the channel has taken. */
    void drop() {
        if (waiting != null) {
            waiting.forEach(each -> {
                if (each instanceof SharedFrame frame) {
                    forget(frame);
                }
            });
            nothingWaits();
        }
        replays = 0;
        replayBytes = 0;
    }

    boolean replaying() {
        return replays > 0;
    }

    /** Since when nothing moved although something waits; empty-handed it is now. */
    long stuckSince(long now) {
        return waiting == null ? now : movedAt;
    }

    /** May be read from any thread, and is then what it was lately. */
    long bytes() {
        return liveBytes;
    }

    void flush() {
        touched = false;
        flushNow();
    }

    @Override
    public long heldBytes() {
        return liveBytes + replayBytes + SOCKET_BYTES;
    }

    @Override
    public long stuckBytes(long now) {
        return now - movedAt > Shedding.STUCK_NANOS ? heldBytes() : 0;
    }

    @Override
    public void shed(Runnable then) {
        context.executor().execute(() -> {
            if (waiting != null) {
                judge.noCapacity();
            }
            then.run();
        });
    }

    private void judgeIn(long millis, boolean last) {
        var unused = context.executor().schedule(() -> judge(last), millis, TimeUnit.MILLISECONDS);
    }

    /**
     * The last look comes a round of the event loop after the time has passed: where the loop itself was held up, the
     * socket was not asked in between whether it takes more.
     */
    private void judge(boolean last) {
        drain();
        if (!over) {
            return;
        }
        long left = config.slowReaderMs() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - overSince);
        if (left > 0) {
            judgeIn(left, false);
        } else if (last) {
            judge.tooSlow();
        } else {
            judgeIn(ONE_ROUND_MS, true);
        }
    }

    private boolean isOver() {
        return liveFrames > config.outboxFrames() || liveBytes > config.outboxBytes();
    }

    /** What this turn wrote does not make a socket full: it is flushed first. */
    private boolean takesMore() {
        Channel channel = context.channel();
        if (!channel.isWritable() && unflushed > 0) {
            flushNow();
        }
        return channel.isWritable();
    }

    private void sendDuePing() {
        if (pingDue && context.channel().isWritable()) {
            pingDue = false;
            write(Frames.ping(context.alloc()));
        }
    }

    private void write(ByteBuf frame) {
        movedAt = System.nanoTime();
        var unused = context.write(frame, context.voidPromise());
        unflushed++;
        if (unflushed >= FLUSH_FRAMES) {
            flushNow();
        } else {
            boolean first = !touched;
            touched = true;
            turn.wrote(this, first, movedAt);
        }
    }

    private void flushNow() {
        unflushed = 0;
        context.flush();
    }

    private void forget(SharedFrame frame) {
        liveFrames--;
        liveBytes -= frame.bytes();
        frame.letGo();
        memory.release(ENTRY_BYTES);
        if (over && !isOver()) {
            over = false;
        }
    }

    private ArrayDeque<Object> queue() {
        if (waiting == null) {
            waiting = new ArrayDeque<>(4);
            movedAt = System.nanoTime();
            memory.take(SOCKET_BYTES);
            shedding.add(this);
        }
        return waiting;
    }

    private void nothingWaits() {
        waiting = null;
        shedding.remove(this);
        memory.release(SOCKET_BYTES);
    }
}
