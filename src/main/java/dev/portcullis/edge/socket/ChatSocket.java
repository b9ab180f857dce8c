package dev.portcullis.edge.socket;

import dev.portcullis.edge.socket.DecodedFrameHandler.HoldLimit;
import dev.portcullis.edge.tcp.TcpCounters;
import dev.portcullis.edge.transport.ClientProgress;
import dev.portcullis.edge.transport.ClientTransport;
import dev.portcullis.edge.transport.FrameEncoding;
import dev.portcullis.edge.transport.LoadShedder;
import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.edge.transport.SharedFrame;
import dev.portcullis.edge.transport.TransportKind;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.JsonMessages;
import dev.portcullis.protocol.codec.FrameChunks;
import dev.portcullis.protocol.codec.ServerFrame;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.http.WebSocketInternal;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket with bounded resources. All methods run on its event loop. Create it in the first callback of the
 * upgrade: a handler set later can miss a frame.
 */
public final class ChatSocket implements ClientTransport {
    /** Text frames of JSON. */
    public static final FrameEncoding TEXT = ChatSocket::text;

    private final ChannelHandlerContext context;
    private final Outbox outbox;
    private final MemoryBudget memory;
    private final FrameFeeder feeder;
    private final OutputEnd outputEnd = new OutputEnd();
    private final SocketHandlers handlers;
    private final FrameReceiver receiver;
    private final FrameEncoding encoding;
    private final InboundBacklog inbound;
    private final CloseHandshake closeHandshake;
    private final CloseTimeout closeTimeout;
    private final Listener listener;
    private boolean closing;
    private boolean paused;
    private long pingedAt = System.nanoTime(); // a wall clock that is set back would delay the next ping
    private @Nullable CloseCode sentCode;
    private @Nullable Runnable onReplayed;

    public ChatSocket(
            ServerWebSocket webSocket,
            FlushCoalescer flushCoalescer,
            SocketConfig config,
            LoadShedder shedder,
            Optional<MessageCompression> compression,
            Listener listener) {
        this.listener = listener;
        this.memory = shedder.memory();
        Channel channel =
                ((WebSocketInternal) webSocket).channelHandlerContext().channel();
        this.inbound = new InboundBacklog(shedder, channel.eventLoop(), this::abandon);
        this.feeder = new FrameFeeder(this::writable, this::endOutput, inbound);
        this.handlers = SocketHandlers.of(
                feeder,
                outputEnd,
                compression,
                config.authFrameBytes(),
                listener::awaitsAnswer,
                new HoldLimit(config.closeLingerMs(), () -> takesNothing(config.closeLingerMs())),
                this::violated);
        this.receiver = new FrameReceiver(config, handlers, inbound, listener::message, this::violated);
        this.encoding = compression.map(MessageCompression::encoding).orElse(TEXT);
        handlers.addTo(channel.pipeline(), config.frameBytes());
        ContextInternal loop =
                Objects.requireNonNull(ContextInternal.current()).unwrap(); // each call without one would make its own
        PeerFrames frames = new PeerFrames(loop, this::received);
        frames.takeOver(channel.pipeline());
        this.context = channel.pipeline().context(frames);
        this.closeHandshake = new CloseHandshake(context);
        this.closeTimeout = new CloseTimeout(context, feeder, config);
        channel.config().setOption(ChannelOption.SO_SNDBUF, SocketConfig.SEND_BUFFER_BYTES);
        ChannelHandlerContext pastEncoder = channel.pipeline().context(feeder); // the bytes are encoded already
        this.outbox = new Outbox(pastEncoder, flushCoalescer, config, shedder, this::close);
        var unused = channel.closeFuture().addListener(any -> loop.emit(end -> closed()));
    }

    private void closed() {
        closing = true;
        outbox.drop();
        listener.closed();
        receiver.clear();
        closeTimeout.cancel();
    }

    private static SharedFrame text(byte[] json, MemoryBudget memory) {
        return new SharedFrame(WebSocketFrames.text(PooledByteBufAllocator.DEFAULT, json), memory);
    }

    @Override
    public TransportKind kind() {
        return TransportKind.WEBSOCKET;
    }

    @Override
    public FrameEncoding encoding() {
        return encoding;
    }

    @Override
    public void allow(int bytes) {
        receiver.allow(bytes);
    }

    @Override
    public void send(ServerFrame frame) {
        if (!closing) {
            SharedFrame only =
                    new SharedFrame(WebSocketFrames.text(context.alloc(), FrameChunks.encode(frame)), memory);
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
            outbox.replay(FrameChunks.of(frame));
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
        pingedAt = System.nanoTime();
        if (!closing) {
            receiver.pinged();
            outbox.ping();
        }
    }

    @Override
    public long sincePing(long now) {
        return now - pingedAt;
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
        if (!listener.awaitsAnswer()) { // else the close frame was read just now, behind another message
            handlers.passClose();
        }
    }

    /** Drops the queued frames, sends a close frame, and aborts the connection if the peer does not answer in time. */
    @Override
    public void close(CloseCode code) {
        if (closing) {
            return;
        }
        sentCode = code;
        beginClosing();
        closeHandshake.send(code.code(), code.phrase());
        awaitCloseFrame();
    }

    @Override
    public boolean closing() {
        return closing;
    }

    /** The code of our close frame. */
    @Override
    public @Nullable CloseCode sentCode() {
        return sentCode;
    }

    @Override
    public long silentFor(long now) {
        return feeder.leavesUnread() ? 0 : now - feeder.lastRead();
    }

    @Override
    public long unfinishedFor(long now) {
        return feeder.leavesUnread() ? 0 : inbound.unfinishedFor(now);
    }

    @Override
    public long unfinishedBytes() {
        return inbound.unfinishedBytes();
    }

    @Override
    public long stuckFor(long now) {
        return now - outbox.stuckSince(now);
    }

    /** Any thread may call it. */
    @Override
    public ClientProgress progress() {
        TcpCounters tcp = TcpCounters.of(context.channel());
        return new ClientProgress(tcp.awaitsPeer(), tcp.acknowledged(), tcp.received());
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
        return outbox.waitingBytes();
    }

    /** From now on nothing but the close frame is sent. */
    private void beginClosing() {
        closing = true;
        handlers.closing();
        outbox.drop();
        listener.closing();
        receiver.clear();
    }

    /** Applies also to a socket that is closing: its memory is worth more than the peer's answer to the close. */
    private void abandon() {
        close(CloseCode.NO_CAPACITY);
        handlers.stopDecoding(context.pipeline());
    }

    private void awaitCloseFrame() {
        closeTimeout.begin();
        if (paused) {
            paused = false;
            feeder.resume();
        }
        handlers.passClose();
        notifyReplayed();
    }

    private void received(WebSocketFrame frame) {
        if (frame instanceof CloseWebSocketFrame close) {
            received(close);
        } else if (frame instanceof PingWebSocketFrame ping) {
            if (!closing && receiver.admitsPing()) {
                outbox.pong(ByteBufUtil.getBytes(ping.content()));
            }
        } else if (!closing) {
            receiver.received(frame);
        }
    }

    private void received(CloseWebSocketFrame close) {
        boolean answer = !closing;
        if (answer) {
            beginClosing();
        }
        closeHandshake.received(close);
        if (answer) {
            awaitCloseFrame();
        }
    }

    private boolean takesNothing(long sinceMs) {
        return stuckFor(System.nanoTime()) >= TimeUnit.MILLISECONDS.toNanos(sinceMs);
    }

    private void violated(CloseCode code) {
        if (!closing) {
            listener.violated(code);
        }
        endOutput();
    }

    private void endOutput() {
        outputEnd.endBehindClose(context.channel());
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
}
