package dev.portcullis.edge.socket;

import dev.portcullis.edge.tcp.UnreadBytes;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.codec.FrameChunks;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.internal.http.WebSocketInternal;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket, hardened. Everything happens on its event loop. Create it in the first callback of the upgrade: a
 * handler set later can miss a frame.
 */
public final class ChatSocket {
    private static final Logger LOG = LoggerFactory.getLogger(ChatSocket.class);

    private final ServerWebSocket webSocket;
    private final ChannelHandlerContext context;
    private final Outbox outbox;
    private final MemoryBudget memory;
    private final ActivityHandler activity;
    private final DecoderErrorHandler decoderErrors;
    private final FragmentAssembler assembler;
    private final InboundBacklog inbound;
    private final long lingerMs;
    private final long lingerBytes;
    private final ControlFrameLimiter controlFrames;
    private final Listener listener;
    private boolean closing;
    private boolean paused;
    private @Nullable CloseCode sentCode;
    private @Nullable Runnable onReplayed;
    private @Nullable ScheduledFuture<?> abortTimer;

    /** Who hears what the peer says. */
    public interface Listener {
        void message(byte[] utf8);

        /** The peer broke a rule of framing; the listener says its last word and closes. */
        void violated(CloseCode code);

        /** From here on nothing that came is of use. The connection still stands, until {@link #closed}. */
        void closing();

        void closed();
    }

    public ChatSocket(
            ServerWebSocket webSocket,
            FlushCoalescer turn,
            SocketConfig config,
            LoadShedder shedder,
            Listener listener) {
        this.webSocket = webSocket;
        this.listener = listener;
        this.context = ((WebSocketInternal) webSocket).channelHandlerContext();
        this.memory = shedder.memory();
        this.inbound = new InboundBacklog(shedder, context.executor(), this::abandon);
        this.activity = new ActivityHandler(this::writable, inbound);
        this.decoderErrors = new DecoderErrorHandler(activity, this::violated, this::pingedWhileUnwritable);
        this.lingerMs = config.closeLingerMs();
        this.lingerBytes = config.closeLingerBytes();
        this.assembler = new FragmentAssembler(config.authFrameBytes(), config.fragments());
        this.controlFrames = new ControlFrameLimiter(config.controlFrames());
        harden(context.pipeline(), config);
        this.outbox = new Outbox(
                context.pipeline().context(activity),
                turn,
                config,
                shedder,
                new OverflowCloser()); // below all that only reads
        webSocket.frameHandler(this::received);
        webSocket.exceptionHandler(
                ended -> { // every abrupt end comes here too; closed() tells of it
                    if (ended instanceof Error) {
                        LOG.error("a socket met an error of the machine", ended);
                    }
                });
        // Not Vert.x's close handler: it is silent about a channel that was closed before, or was upgraded again
        var unused = context.channel().closeFuture().addListener(any -> {
            closing = true;
            outbox.drop();
            listener.closed();
            inbound.fragments(0);
            cancelAbort();
        });
    }

    /** From now on messages may have this many bytes. */
    public void allow(int bytes) {
        assembler.allow(bytes);
    }

    /** Sends a live frame, or closes the socket of a reader who is too slow for it. */
    public void send(byte[] utf8) {
        if (!closing) {
            SharedFrame frame = SharedFrame.text(context.alloc(), utf8, memory);
            share(frame);
            frame.release();
        }
    }

    /** Sends a frame that others get too; the caller keeps its own reference. */
    public void share(SharedFrame frame) {
        if (!closing && !outbox.enqueue(frame)) {
            close(CloseCode.TOO_SLOW);
        }
    }

    /** Sends what was asked for, however much: outside the bound of live frames. */
    public void replay(FrameChunks frame) {
        if (!closing) {
            outbox.replay(frame);
        }
    }

    /** Runs {@code then} as soon as no replay is waiting. One caller at a time. */
    public void whenReplayed(Runnable then) {
        if (outbox.replaying()) {
            onReplayed = then;
        } else {
            then.run();
        }
    }

    public void ping() {
        if (!closing) {
            controlFrames.pinged();
            outbox.ping();
        }
    }

    public void pause() {
        if (!closing && !paused) {
            paused = true;
            activity.pause();
        }
    }

    public void resume() {
        if (paused) {
            paused = false;
            if (!closing) {
                inbound.resumed();
                activity.resume();
            }
        }
    }

    /**
     * What waits is dropped; the peer is told, and cut off if it does not go. Until then what it still sends is read and
     * thrown away: bytes that nobody reads would turn the end of TCP into a reset, which eats the close frame.
     */
    public void close(CloseCode code) {
        if (closing) {
            return;
        }
        sentCode = code;
        beginClosing();
        webSocket.close(code.code(), code.phrase());
        awaitCloseFrame();
        notifyReplayed();
    }

    public boolean closing() {
        return closing;
    }

    /** The code we ended it with, if it was us. */
    public @Nullable CloseCode sentCode() {
        return sentCode;
    }

    /** Nanoseconds without a byte from the peer; none pass while we do not read. */
    public long silentFor(long now) {
        return activity.isPaused() ? 0 : now - activity.lastRead();
    }

    /** Nanoseconds for which the peer has owed the rest of a message; none pass while we do not read. */
    public long unfinishedFor(long now) {
        return activity.isPaused() ? 0 : inbound.unfinishedFor(now);
    }

    /** What has come of a message that is not complete. */
    public long unfinishedBytes() {
        return inbound.unfinishedBytes();
    }

    /** Nanoseconds in which nothing that waits could be sent. */
    public long stuckFor(long now) {
        return now - outbox.stuckSince(now);
    }

    /** The listener keeps so many bytes of messages for later. */
    public void queued(long bytes) {
        inbound.queued(bytes);
    }

    /** The listener works on so many; 0 where it has done so. */
    public void inHand(long bytes) {
        inbound.inHand(bytes);
    }

    public long waitingBytes() {
        return outbox.bytes();
    }

    private void harden(ChannelPipeline pipeline, SocketConfig config) {
        if (pipeline.get("guard") != null) {
            throw new IllegalStateException("this channel carries a WebSocket already");
        }
        if (pipeline.get("idle") != null) {
            pipeline.remove("idle"); // counts whole frames only; our heartbeat counts bytes
        }
        if (pipeline.get("ssl") != null) {
            pipeline.addAfter("ssl", "tap", activity);
        } else {
            pipeline.addFirst("tap", activity);
        }
        pipeline.addBefore(
                "handler", "utf8", new Utf8FrameValidator(false)); // RFC 6455 8.1; Vert.x would let U+FFFD through
        pipeline.addBefore("handler", "guard", decoderErrors);
        if (pipeline.get("wsdecoder") instanceof ByteToMessageDecoder decoder) {
            decoder.setSingleDecode(true); // the tap asks for the next frame
            decoder.setCumulator(new HeapCumulator());
        }
        context.channel().config().setOption(ChannelOption.SO_SNDBUF, config.sendBufferBytes());
    }

    /** From here on nothing is sent but the close. */
    private void beginClosing() {
        closing = true;
        decoderErrors.closing();
        outbox.drop();
        listener.closing();
        assembler.clear(); // its bytes would stay for as long as the close lingers
        inbound.fragments(0);
    }

    /** Also of a socket that is closing already: the peer's answer to the close is worth less than the room. */
    private void abandon() {
        close(CloseCode.NO_CAPACITY);
        activity.stopDecoding();
        if (context.pipeline().get("wsdecoder") != null) {
            context.pipeline().remove("wsdecoder"); // gives back what it holds of a frame
        }
    }

    /** The close may wait behind what the peer does not read, so the end does not depend on it. */
    private void awaitCloseFrame() {
        activity.discard(lingerBytes);
        if (paused) {
            paused = false;
            activity.resume();
        }
        abortTimer = context.executor().schedule(this::abort, lingerMs, TimeUnit.MILLISECONDS);
    }

    /** Else the timer would keep what is closed in memory until it is due. */
    private void cancelAbort() {
        if (abortTimer != null) {
            abortTimer.cancel(false);
        }
    }

    private void abort() {
        UnreadBytes.discard(context.channel());
        var unused = context.close();
    }

    private void received(WebSocketFrame frame) {
        if (closing) {
            return;
        }
        switch (frame.type()) {
            case TEXT -> assembled(assembler.first(frame.binaryData(), frame.isFinal()));
            case CONTINUATION -> assembled(assembler.next(frame.binaryData(), frame.isFinal()));
            case BINARY -> violated(CloseCode.BINARY);
            case PING -> requireAdmitted(controlFrames.admitsPing(System.nanoTime()));
            case PONG -> requireAdmitted(controlFrames.admitsPong(System.nanoTime()));
            case CLOSE -> {
                beginClosing(); // Vert.x answers it
                awaitCloseFrame();
                notifyReplayed();
            }
            default -> violated(CloseCode.BROKEN_FRAME);
        }
    }

    /** By a peer that does not read: the answer has to wait. */
    private void pingedWhileUnwritable(byte[] payload) {
        if (!controlFrames.admitsPing(System.nanoTime())) {
            violated(CloseCode.HOSTILE);
        } else if (!closing) {
            outbox.pong(payload);
        }
    }

    private void requireAdmitted(boolean admitted) {
        if (!admitted) {
            violated(CloseCode.HOSTILE);
        }
    }

    private void assembled(FragmentAssembler.Result result) {
        inbound.fragments(assembler.bytes());
        result.violation().ifPresent(this::violated);
        if (result instanceof FragmentAssembler.Complete complete) {
            listener.message(complete.message());
        }
    }

    private void violated(CloseCode code) {
        if (!closing) {
            listener.violated(code);
        }
    }

    private void writable() {
        outbox.drain();
        if (!outbox.replaying()) {
            notifyReplayed();
        }
    }

    private void notifyReplayed() {
        Runnable then = onReplayed;
        if (then != null) {
            onReplayed = null;
            then.run();
        }
    }

    private final class OverflowCloser implements Outbox.OverflowListener {
        @Override
        public void tooSlow() {
            close(CloseCode.TOO_SLOW);
        }

        @Override
        public void noCapacity() {
            close(CloseCode.NO_CAPACITY);
        }
    }
}
