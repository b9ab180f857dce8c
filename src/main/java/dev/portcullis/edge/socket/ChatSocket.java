package dev.portcullis.edge.socket;

import dev.portcullis.edge.tcp.UnreadBytes;
import dev.portcullis.edge.transport.ClientTransport;
import dev.portcullis.edge.transport.FrameEncoding;
import dev.portcullis.edge.transport.LoadShedder;
import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.edge.transport.SharedFrame;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.JsonMessages;
import dev.portcullis.protocol.ServerFrame;
import dev.portcullis.protocol.codec.FrameChunks;
import dev.portcullis.protocol.codec.FrameEncoder;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.internal.http.WebSocketInternal;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket with bounded resources. All methods run on its event loop. Create it in the first callback of the
 * upgrade: a handler set later can miss a frame.
 */
public final class ChatSocket implements ClientTransport {
    /** Text frames of JSON. */
    public static final FrameEncoding TEXT = ChatSocket::text;

    private static final Logger LOG = LoggerFactory.getLogger(ChatSocket.class);

    private final ServerWebSocket webSocket;
    private final ChannelHandlerContext context;
    private final Outbox outbox;
    private final MemoryBudget memory;
    private final FrameFeeder feeder;
    private final DecodedFrameHandler decodedFrames;
    private final Optional<InflatingHandler> inflating;
    private final FrameEncoding encoding;
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

    public ChatSocket(
            ServerWebSocket webSocket,
            FlushCoalescer flushCoalescer,
            SocketConfig config,
            LoadShedder shedder,
            Optional<MessageCompression> compression,
            Listener listener) {
        this.webSocket = webSocket;
        this.listener = listener;
        this.context = ((WebSocketInternal) webSocket).channelHandlerContext();
        this.memory = shedder.memory();
        this.inbound = new InboundBacklog(shedder, context.executor(), this::abandon);
        this.feeder = new FrameFeeder(this::writable, inbound);
        this.decodedFrames = new DecodedFrameHandler(feeder, this::violated, this::pingedWhileUnwritable);
        this.inflating = compression.map(each -> new InflatingHandler(each, decodedFrames, config.authFrameBytes()));
        this.encoding = compression.map(MessageCompression::encoding).orElse(TEXT);
        this.lingerMs = config.closeLingerMs();
        this.lingerBytes = config.closeLingerBytes();
        this.assembler = new FragmentAssembler(config.authFrameBytes(), config.fragments());
        this.controlFrames = new ControlFrameLimiter(config.controlFrames());
        harden(context.pipeline(), config);
        this.outbox = new Outbox(
                context.pipeline().context(feeder),
                flushCoalescer,
                config,
                shedder,
                new OverflowCloser()); // written from the feeder's context, so past the encoder of Vert.x
        webSocket.frameHandler(this::received);
        webSocket.exceptionHandler(
                ended -> { // also called for every abrupt end, which closed() reports
                    if (ended instanceof Error) {
                        LOG.error("a JVM error reached a socket", ended);
                    }
                });
        // Vert.x does not call its close handler if the channel was closed before, or was upgraded again
        var unused = context.channel().closeFuture().addListener(any -> {
            closing = true;
            outbox.drop();
            listener.closed();
            inbound.fragments(0);
            cancelAbort();
        });
    }

    private static SharedFrame text(byte[] json, MemoryBudget memory) {
        return new SharedFrame(WebSocketFrames.text(PooledByteBufAllocator.DEFAULT, json), memory);
    }

    @Override
    public FrameEncoding encoding() {
        return encoding;
    }

    @Override
    public void allow(int bytes) {
        assembler.allow(bytes);
        inflating.ifPresent(each -> each.allow(bytes));
    }

    @Override
    public void send(ServerFrame frame) {
        if (!closing) {
            SharedFrame only =
                    new SharedFrame(WebSocketFrames.text(context.alloc(), FrameEncoder.encode(frame)), memory);
            share(only);
            only.release();
        }
    }

    @Override
    public void share(SharedFrame frame) {
        if (!closing && !outbox.enqueue(frame)) {
            close(CloseCode.TOO_SLOW);
        }
    }

    /** The bound on live frames does not apply. */
    @Override
    public void replay(ServerFrame frame) {
        if (!closing) {
            outbox.replay(FrameEncoder.chunks(frame));
        }
    }

    @Override
    public void replay(JsonMessages messages) {
        for (FrameChunks each : FrameChunks.separate(messages)) {
            if (closing) {
                return; // a write may find that the peer is gone
            }
            outbox.replay(each);
        }
    }

    @Override
    public void whenReplayed(Runnable then) {
        if (outbox.replaying()) {
            onReplayed = then;
        } else {
            then.run();
        }
    }

    @Override
    public void ping() {
        if (!closing) {
            controlFrames.pinged();
            outbox.ping();
        }
    }

    @Override
    public void pause() {
        if (!closing && !paused) {
            paused = true;
            feeder.pause();
        }
    }

    @Override
    public void resume() {
        if (paused) {
            paused = false;
            if (!closing) {
                inbound.resumed();
                feeder.resume();
            }
        }
    }

    /**
     * Drops the queued frames, sends a close frame, and aborts the connection if the peer does not answer in time.
     * Until then its bytes are read and discarded: unread bytes would turn the end of TCP into a reset, which can
     * discard the close frame on the peer's side.
     */
    @Override
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

    @Override
    public boolean closing() {
        return closing;
    }

    /** That of our close frame. */
    @Override
    public @Nullable CloseCode sentCode() {
        return sentCode;
    }

    @Override
    public long silentFor(long now) {
        return feeder.isPaused() ? 0 : now - feeder.lastRead();
    }

    @Override
    public long unfinishedFor(long now) {
        return feeder.isPaused() ? 0 : inbound.unfinishedFor(now);
    }

    @Override
    public long unfinishedBytes() {
        return inbound.unfinishedBytes();
    }

    @Override
    public long stuckFor(long now) {
        return now - outbox.stuckSince(now);
    }

    @Override
    public void queued(long bytes) {
        inbound.queued(bytes);
    }

    @Override
    public void answersLater() {
        feeder.answersLater();
    }

    @Override
    public void inHand(long bytes) {
        inbound.inHand(bytes);
    }

    @Override
    public long waitingBytes() {
        return outbox.bytes();
    }

    private void harden(ChannelPipeline pipeline, SocketConfig config) {
        if (pipeline.get("decodedFrames") != null) {
            throw new IllegalStateException("this channel already has a WebSocket");
        }
        if (pipeline.get("idle") != null) {
            pipeline.remove("idle"); // counts whole frames only; our heartbeat counts bytes
        }
        if (pipeline.get("ssl") != null) {
            pipeline.addAfter("ssl", "frameFeeder", feeder);
        } else {
            pipeline.addFirst("frameFeeder", feeder);
        }
        inflating.ifPresent(each -> inflate(pipeline, each, config));
        pipeline.addBefore(
                "handler", "utf8", new Utf8FrameValidator(false)); // RFC 6455 8.1; Vert.x decodes bad UTF-8 as U+FFFD
        pipeline.addBefore("handler", "decodedFrames", decodedFrames);
        if (pipeline.get("wsdecoder") instanceof ByteToMessageDecoder decoder) {
            decoder.setSingleDecode(true); // the feeder asks for the next frame
            decoder.setCumulator(new HeapCumulator());
        }
        context.channel().config().setOption(ChannelOption.SO_SNDBUF, config.sendBufferBytes());
    }

    /** Vert.x's own extension inflates without a bound, so its decoder refuses compressed frames. */
    private static void inflate(ChannelPipeline pipeline, InflatingHandler inflating, SocketConfig config) {
        WebSocketDecoderConfig decoding = WebSocketDecoderConfig.newBuilder()
                .allowExtensions(true)
                .maxFramePayloadLength(config.frameBytes())
                .closeOnProtocolViolation(false)
                .withUTF8Validator(false)
                .build();
        pipeline.replace("wsdecoder", "wsdecoder", new WebSocket13FrameDecoder(decoding));
        pipeline.addBefore("handler", "inflater", inflating);
    }

    /** From now on nothing but the close frame is sent. */
    private void beginClosing() {
        closing = true;
        decodedFrames.closing();
        inflating.ifPresent(InflatingHandler::closing);
        outbox.drop();
        listener.closing();
        assembler.clear(); // else its bytes stay in memory while the close lingers
        inbound.fragments(0);
    }

    /** Applies also to a socket that is closing: its memory is worth more than the peer's answer to the close. */
    private void abandon() {
        close(CloseCode.NO_CAPACITY);
        feeder.stopDecoding();
        if (context.pipeline().get("wsdecoder") != null) {
            context.pipeline().remove("wsdecoder"); // releases the incomplete frame
        }
    }

    /** The close frame may be queued behind bytes that the peer does not read, so a timer ends the connection. */
    private void awaitCloseFrame() {
        feeder.discard(lingerBytes);
        if (paused) {
            paused = false;
            feeder.resume();
        }
        abortTimer = context.executor().schedule(this::abort, lingerMs, TimeUnit.MILLISECONDS);
    }

    /** Else the timer would keep the closed connection in memory until it fires. */
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

    /** A ping of a peer that does not read: the pong has to wait. */
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
        inbound.fragments(
                assembler.bytes() + inflating.map(InflatingHandler::heldBytes).orElse(0));
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
