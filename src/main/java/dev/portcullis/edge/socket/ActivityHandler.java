package dev.portcullis.edge.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the frame decoder: sees every byte that arrives, even of a frame that never ends, and lets the decoder
 * make one frame at a time out of them, so that a pause holds from the next frame on and what follows stays as it came.
 * Vert.x's own pause goes on reading for 24 frames, and the decoder for all that was read. After some frames the other
 * sockets of the event loop have their turn, and while more waits in the node than may nothing is read at all: a burst of
 * many peers would be in memory before any of them could be sent away (CWE-770). After our close frame it throws away what
 * comes, within bounds. Also hears when the channel takes more.
 */
final class ActivityHandler extends ChannelInboundHandlerAdapter {
    /** One read may bring thousands of frames, and each costs far more than its bytes. */
    private static final int FRAMES_PER_TURN = 32;

    /** What is due later is left to the loop's next turn; a task that is only given to it would run in this one. */
    private static final long NEXT_TURN_MS = 1;

    private static final long MEMORY_CHECK_MS = 20;

    private final Runnable writable;
    private final InboundBacklog inbound;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ArrayDeque<ByteBuf> held;
    private long undecoded;
    private long discardBudget = Long.MAX_VALUE;
    private int framesThisTurn;
    private boolean paused;
    private boolean yielding;
    private boolean awaitingMemory;
    private boolean pumping;
    private boolean frameDecoded;
    private boolean pumpScheduled;
    private boolean decoderStopped;
    private long lastRead = System.nanoTime();

    ActivityHandler(Runnable writable, InboundBacklog inbound) {
        this.writable = writable;
        this.inbound = inbound;
    }

    long lastRead() {
        return lastRead;
    }

    void pause() {
        paused = true;
        updateAutoRead();
    }

    /** Begins the silence anew, after a time in which we did not listen. */
    void resume() {
        paused = false;
        lastRead = System.nanoTime();
        updateAutoRead();
        if (!pumping && !yielding) {
            pumpAll();
        }
    }

    /** Whether the peer can't be heard, whatever it says. */
    boolean isPaused() {
        return paused || awaitingMemory;
    }

    /** The decoder has made a frame out of so many bytes. */
    void decoded(int bytes) {
        frameDecoded = true;
        framesThisTurn++;
        undecoded -= bytes;
        if (!pumping && !pumpScheduled) { // bytes that came with the handshake did not come through here
            pumpScheduled = true;
            context().executor().execute(() -> {
                pumpScheduled = false;
                if (!paused && !pumping && !yielding) {
                    pumpAll();
                }
            });
        }
    }

    /** From here on what comes is only thrown away; beyond so many bytes it is not even read. */
    void discard(long most) {
        discardBudget = most;
        if (awaitingMemory) {
            resumeReading(); // what is thrown away takes no room
        }
    }

    /** The decoder finds no frames any more. */
    void stopDecoding() {
        decoderStopped = true;
        undecoded = 0;
        inbound.undecoded(0);
        releaseHeld();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        releaseHeld();
        inbound.undecoded(0);
    }

    @Override
    public void channelRead(ChannelHandlerContext any, Object message) {
        lastRead = System.nanoTime();
        ByteBuf read = (ByteBuf) message;
        if (discardBudget != Long.MAX_VALUE) {
            discardBudget -= read.readableBytes();
            if (discardBudget < 0) {
                pause(); // until the end, which does not wait for the peer
            }
        }
        if (decoderStopped) {
            read.release();
            return;
        }
        ByteBuf bytes = onHeap(read);
        undecoded += bytes.readableBytes();
        if (paused || pumping || yielding) {
            hold(bytes);
            updateAutoRead(); // below TLS reading may have begun anew
        } else {
            pump(bytes);
        }
        inbound.undecoded(Math.max(0, undecoded));
        if (!awaitingMemory && inbound.isNodeFull() && discardBudget == Long.MAX_VALUE) {
            awaitingMemory = true;
            updateAutoRead();
            checkMemoryLater();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext completed) throws Exception {
        if (!yielding) {
            framesThisTurn = 0;
        }
        super.channelReadComplete(completed);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ended) throws Exception {
        releaseHeld();
        undecoded = 0;
        inbound.undecoded(0);
        super.channelInactive(ended);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext changed) throws Exception {
        if (changed.channel().isWritable()) {
            writable.run();
        }
        super.channelWritabilityChanged(changed);
    }

    private void pumpAll() {
        pump(Unpooled.EMPTY_BUFFER);
        inbound.undecoded(Math.max(0, undecoded));
        context().fireChannelReadComplete(); // or the answers would wait for the next read to be flushed
    }

    private void pump(ByteBuf first) {
        pumping = true;
        try {
            for (ByteBuf next = first; next != null; next = nextInput()) {
                frameDecoded = false;
                context().fireChannelRead(next);
            }
        } finally {
            pumping = false;
        }
    }

    /** As long as it finds frames the decoder is asked for the next one in what it has. */
    private @Nullable ByteBuf nextInput() {
        if (paused || decoderStopped) {
            return null;
        }
        if (frameDecoded && framesThisTurn >= FRAMES_PER_TURN) {
            yieldTurn();
            return null;
        }
        return frameDecoded ? Unpooled.EMPTY_BUFFER : held == null ? null : held.poll();
    }

    /** What stays here for long is no larger than what came: the buffer that it was read into may be far larger. */
    private static ByteBuf onHeap(ByteBuf read) {
        try {
            return Unpooled.buffer(read.readableBytes()).writeBytes(read);
        } finally {
            read.release();
        }
    }

    private void yieldTurn() {
        yielding = true;
        updateAutoRead();
        schedule(NEXT_TURN_MS, () -> {
            yielding = false;
            framesThisTurn = 0;
            updateAutoRead();
            if (!paused && !pumping) {
                pumpAll();
            }
        });
    }

    private void checkMemoryLater() {
        schedule(MEMORY_CHECK_MS, () -> {
            if (awaitingMemory && inbound.isNodeFull()) {
                checkMemoryLater();
            } else if (awaitingMemory) {
                resumeReading();
            }
        });
    }

    /** The peer was not heard, so what it began is not overdue. */
    private void resumeReading() {
        awaitingMemory = false;
        lastRead = System.nanoTime();
        inbound.resumed();
        updateAutoRead();
    }

    private void schedule(long millis, Runnable step) {
        var unused = context().executor()
                .schedule(
                        () -> {
                            if (!context().isRemoved()) {
                                step.run();
                            }
                        },
                        millis,
                        TimeUnit.MILLISECONDS);
    }

    private void updateAutoRead() {
        context().channel().config().setAutoRead(!paused && !yielding && !awaitingMemory);
    }

    private void hold(ByteBuf bytes) {
        if (held == null) {
            held = new ArrayDeque<>(2);
        }
        held.add(bytes);
    }

    private void releaseHeld() {
        if (held != null) {
            held.forEach(ByteBuf::release);
            held = null;
        }
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext added = context;
        if (added == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return added;
    }
}
