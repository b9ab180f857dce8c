package dev.portcullis.edge.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Netty handler before the frame decoder. It sees every byte that arrives, even of a frame that never ends, and passes
 * bytes on so that the decoder makes one frame at a time: {@link DecodedFrameHandler} reports each, and the next follows.
 * A pause thus takes effect from the next frame on, and the bytes behind it stay undecoded: Vert.x's own pause lets 24
 * more frames through, and the decoder decodes all that was read. The sockets of an event loop take {@link Turns}. While
 * the node's memory budget is exceeded nothing is read: a burst of many peers would fill the memory before any of them
 * could be closed (CWE-770). After our close frame incoming bytes are discarded, up to a bound. Also reports when the
 * channel becomes writable.
 */
final class FrameFeeder extends ChannelInboundHandlerAdapter {
    private static final long MEMORY_CHECK_MS = 20;

    /** The peer's close frame is looked for in so many bytes behind ours: decoding a whole flood would starve others. */
    private static final long DECODED_AFTER_CLOSE = 65_536;

    private final Runnable writable;
    private final InboundBacklog inbound;
    private final Turns turns = new Turns();
    private @Nullable ChannelHandlerContext context;
    private @Nullable ArrayDeque<ByteBuf> held;
    private long undecoded;
    private long discardBudget = Long.MAX_VALUE;
    private long decodeBudget = Long.MAX_VALUE;
    private boolean paused;
    private boolean yielding;
    private boolean awaitingMemory;
    private boolean pumping;
    private boolean frameDecoded;
    private boolean pumpScheduled;
    private boolean decoderStopped;
    private long lastRead = System.nanoTime();

    FrameFeeder(Runnable writable, InboundBacklog inbound) {
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

    /** Restarts the idle time, since nothing was read during the pause. */
    void resume() {
        paused = false;
        lastRead = System.nanoTime();
        updateAutoRead();
        if (!pumping && !yielding) {
            turns.begin(); // the wait for the answer was the others' turn
            pumpAll();
        }
    }

    /** Called when a frame is not answered at once: no flood passes the limits that far. */
    void answersLater() {
        turns.answeredLater();
    }

    /** Whether bytes of the peer are left unread, so that its idle time must not count. */
    boolean isPaused() {
        return paused || awaitingMemory;
    }

    /** Called when the decoder has made a frame out of so many bytes. */
    void decoded(int bytes) {
        frameDecoded = true;
        turns.decodedFrame(now());
        undecoded -= bytes;
        decodeBudget -= bytes;
        if (decodeBudget < 0) {
            stopDecoding();
        } else if (!pumping && !pumpScheduled) { // bytes received with the handshake bypass this handler
            pumpScheduled = true;
            context().executor().execute(() -> {
                pumpScheduled = false;
                if (!paused && !pumping && !yielding) {
                    pumpAll();
                }
            });
        }
    }

    /** From now on incoming bytes are discarded; after {@code maxBytes} of them nothing is read. */
    void discard(long maxBytes) {
        discardBudget = maxBytes;
        decodeBudget = DECODED_AFTER_CLOSE;
        if (awaitingMemory) {
            resumeReading(); // discarded bytes need no memory
        }
    }

    /** Called when the decoder can find no more frames. */
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
                pause(); // until the close timer, which does not depend on the peer
            }
        }
        if (decoderStopped) {
            turns.discarded(read.readableBytes());
            read.release();
            if (turns.isOver(now()) && !yielding) {
                yieldTurn();
            }
            return;
        }
        ByteBuf bytes = onHeap(read);
        undecoded += bytes.readableBytes();
        if (paused || pumping || yielding) {
            hold(bytes);
            updateAutoRead(); // the TLS handler may have turned reading on again
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
            turns.begin();
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
        context().fireChannelReadComplete(); // else replies are flushed only after the next read
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

    /** While the decoder finds frames it is called again without new bytes, for the next frame in what it holds. */
    private @Nullable ByteBuf nextInput() {
        if (paused || decoderStopped) {
            return null;
        }
        if (frameDecoded && turns.isOver(now())) {
            yieldTurn();
            return null;
        }
        if (frameDecoded) {
            return Unpooled.EMPTY_BUFFER;
        }
        return held == null ? null : held.poll();
    }

    /** Copies to a heap buffer of exact size: the buffer of the read may be far larger than its content. */
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
        schedule(turns.end(now()), () -> {
            yielding = false;
            turns.begin();
            updateAutoRead();
            if (!paused && !pumping && !decoderStopped) { // the decoder may be out of the pipeline by then
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

    /** Nothing was read meanwhile, so the peer's unfinished frame is not overdue. */
    private void resumeReading() {
        awaitingMemory = false;
        lastRead = System.nanoTime();
        inbound.resumed();
        updateAutoRead();
    }

    private void schedule(long millis, Runnable step) {
        var unused = context()
                .executor()
                .schedule(
                        () -> {
                            if (!context().isRemoved()) {
                                step.run();
                            }
                        },
                        millis,
                        TimeUnit.MILLISECONDS);
    }

    private long now() {
        return context().executor().ticker().nanoTime();
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
