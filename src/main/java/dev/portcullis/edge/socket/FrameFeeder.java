package dev.portcullis.edge.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Netty handler before the frame decoder. It sees every byte that arrives, even of a frame that never ends, and passes
 * bytes on so that the decoder makes one frame at a time: {@link DecodedFrameHandler} reports each, and the next follows.
 * A pause thus takes effect from the next frame on, and the bytes behind it stay undecoded: Vert.x's own pause lets 24
 * more frames through, and the decoder decodes all that was read. Whether bytes are read at all is up to the {@link ReadGate}.
 * After our close frame incoming bytes are discarded, up to a bound. Also reports when the channel becomes writable.
 */
final class FrameFeeder extends ChannelInboundHandlerAdapter {
    /** The peer's close frame is looked for in so many bytes behind ours: decoding a whole flood would starve others. */
    private static final long DECODED_AFTER_CLOSE = 65_536;

    private final Runnable writable;
    private final Runnable decoderGone;
    private final InboundBacklog inbound;
    private final ReadGate gate;
    private @Nullable ArrayDeque<ByteBuf> held;
    private long undecoded;
    private long discardBudget = Long.MAX_VALUE;
    private long decodeBudget = Long.MAX_VALUE;
    private boolean pumping;
    private boolean frameDecoded;
    private boolean pumpScheduled;
    private boolean decoderStopped;

    /** @param decoderGone called when no more frames will be found, not even the peer's close frame */
    FrameFeeder(Runnable writable, Runnable decoderGone, InboundBacklog inbound) {
        this.writable = writable;
        this.decoderGone = decoderGone;
        this.inbound = inbound;
        this.gate = new ReadGate(inbound);
    }

    long lastRead() {
        return gate.lastRead();
    }

    void pause() {
        gate.pause();
    }

    void resume() {
        gate.resume();
        if (!pumping && gate.isOpen()) {
            gate.beginTurn(); // the wait for the answer was the others' turn
            pumpAll();
        }
    }

    /** Called when a frame is not answered at once: no flood passes the limits that far. */
    void answersLater() {
        gate.answersLater();
    }

    boolean leavesUnread() {
        return gate.leavesUnread();
    }

    /** Called when the decoder has made a frame out of so many bytes. */
    void decoded(int bytes) {
        frameDecoded = true;
        gate.decodedFrame();
        undecoded -= bytes;
        decodeBudget -= bytes;
        if (decodeBudget < 0) {
            stopDecoding();
        } else if (!pumping && !pumpScheduled) { // bytes received with the handshake bypass this handler
            pumpScheduled = true;
            gate.context().executor().execute(() -> {
                pumpScheduled = false;
                if (gate.isOpen() && !pumping) {
                    pumpAll();
                }
            });
        }
    }

    /** From now on incoming bytes are discarded; after {@code maxBytes} of them nothing is read. */
    void discard(long maxBytes) {
        discardBudget = maxBytes;
        decodeBudget = DECODED_AFTER_CLOSE;
        gate.stopAwaitingMemory(); // discarded bytes need no memory
    }

    /** Called when the decoder can find no more frames. */
    void stopDecoding() {
        decoderStopped = true;
        undecoded = 0;
        inbound.undecoded(0);
        releaseHeld();
        decoderGone.run();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        gate.bind(added);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        releaseHeld();
        inbound.undecoded(0);
    }

    @Override
    public void channelRead(ChannelHandlerContext any, Object message) {
        gate.read();
        ByteBuf read = (ByteBuf) message;
        if (discardBudget != Long.MAX_VALUE) {
            discardBudget -= read.readableBytes();
            if (discardBudget < 0) {
                gate.pause(); // until the close timer, which does not depend on the peer
            }
        }
        if (decoderStopped) {
            gate.discarded(read.readableBytes());
            read.release();
            if (gate.turnIsOver()) {
                gate.yieldTurn(this::takeTurn);
            }
            return;
        }
        ByteBuf bytes = onHeap(read);
        undecoded += bytes.readableBytes();
        if (pumping || !gate.isOpen()) {
            hold(bytes);
            gate.updateAutoRead(); // the TLS handler may have turned reading on again
        } else {
            pump(bytes);
        }
        inbound.undecoded(Math.max(0, undecoded));
        if (discardBudget == Long.MAX_VALUE) {
            gate.awaitMemory();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext completed) throws Exception {
        gate.beginTurn();
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
        gate.context().fireChannelReadComplete(); // else replies are flushed only after the next read
    }

    private void pump(ByteBuf first) {
        pumping = true;
        try {
            for (ByteBuf next = first; next != null; next = nextInput()) {
                frameDecoded = false;
                gate.context().fireChannelRead(next);
            }
        } finally {
            pumping = false;
        }
    }

    /** While the decoder finds frames it is called again without new bytes, for the next frame in what it holds. */
    private @Nullable ByteBuf nextInput() {
        if (gate.isPaused() || decoderStopped) {
            return null;
        }
        if (frameDecoded && gate.turnIsOver()) {
            gate.yieldTurn(this::takeTurn);
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

    private void takeTurn() {
        if (!gate.isPaused() && !pumping && !decoderStopped) { // the decoder may be out of the pipeline by then
            pumpAll();
        }
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
}
