package dev.portcullis.edge.socket;

import dev.portcullis.protocol.CloseCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.internal.http.WebSocketInternal;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket, hardened. Everything happens on its event loop. Create it in the first callback of the upgrade: a
 * handler set later can miss a frame.
 */
public final class ChatSocket {
    private static final long CLOSING_SECONDS = 2;

    private final ServerWebSocket webSocket;
    private final ChannelHandlerContext context;
    private final Outbox outbox;
    private final Tap tap;
    private final Reassembly reassembly;
    private final Turnstile turnstile;
    private final Listener listener;
    private boolean closing;
    private boolean deaf;
    private @Nullable CloseCode sentCode;
    private @Nullable Runnable drained;

    /** Who hears what the peer says. */
    public interface Listener {
        void message(byte[] utf8);

        /** The peer broke a rule of framing; the listener says its last word and closes. */
        void violated(CloseCode code);

        void closed();
    }

    public ChatSocket(ServerWebSocket webSocket, FlushTurn turn, SocketConfig config, Listener listener) {
        this.webSocket = webSocket;
        this.listener = listener;
        this.context = ((WebSocketInternal) webSocket).channelHandlerContext();
        this.tap = new Tap(this::writable);
        this.reassembly = new Reassembly(config.authFrameBytes(), config.fragments());
        this.turnstile = new Turnstile(config.controlFrames());
        harden(context.pipeline());
        this.outbox = new Outbox(context.pipeline().context(tap), turn, config); // below all that only reads
        webSocket.frameHandler(this::received);
        webSocket.exceptionHandler(ended -> {}); // every abrupt end comes here too; closed() tells of it
        webSocket.closeHandler(any -> {
            closing = true;
            outbox.drop();
            listener.closed();
        });
    }

    /** From now on messages may have this many bytes. */
    public void allow(int bytes) {
        reassembly.allow(bytes);
    }

    /** Sends a live frame, or closes the socket of a reader who is too slow for it. */
    public void send(byte[] utf8) {
        if (!closing) {
            live(Frames.text(context.alloc(), utf8));
        }
    }

    /** Sends a frame that others get too; the caller keeps its own reference. */
    public void share(ByteBuf frame) {
        if (!closing) {
            live(frame.retainedDuplicate());
        }
    }

    /** Sends what was asked for, however much: outside the bound of live frames. */
    public void replay(byte[] utf8) {
        if (!closing) {
            outbox.replay(utf8);
        }
    }

    /** Runs {@code then} as soon as no replay is waiting. One caller at a time. */
    public void whenReplayed(Runnable then) {
        if (outbox.replaying()) {
            drained = then;
        } else {
            then.run();
        }
    }

    public void ping() {
        if (!closing) {
            turnstile.pinged();
            outbox.ping();
        }
    }

    public void pause() {
        if (!closing && !deaf) {
            deaf = true;
            webSocket.pause();
        }
    }

    public void resume() {
        if (deaf) {
            deaf = false;
            if (!closing) {
                tap.heard();
                webSocket.resume();
            }
        }
    }

    /** What waits is dropped; the peer is told, and cut off if it does not go. */
    public void close(CloseCode code) {
        if (closing) {
            return;
        }
        sentCode = code;
        leave();
        webSocket.close(code.code(), code.phrase());
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
        return deaf ? 0 : now - tap.lastRead();
    }

    /** Nanoseconds in which nothing that waits could be sent. */
    public long stuckFor(long now) {
        return now - outbox.stuckSince(now);
    }

    public int waitingBytes() {
        return outbox.bytes();
    }

    private void harden(ChannelPipeline pipeline) {
        if (pipeline.get("idle") != null) {
            pipeline.remove("idle"); // counts whole frames only; our heartbeat counts bytes
        }
        if (pipeline.get("ssl") != null) {
            pipeline.addAfter("ssl", "tap", tap);
        } else {
            pipeline.addFirst("tap", tap);
        }
        pipeline.addBefore(
                "handler", "utf8", new Utf8FrameValidator(false)); // RFC 6455 8.1; Vert.x would let U+FFFD through
        pipeline.addBefore("handler", "guard", new Guard(this::violated));
    }

    /**
     * From here on nothing is sent but the close. It may wait behind what the peer does not read, so the end does not
     * depend on it.
     */
    private void leave() {
        closing = true;
        outbox.drop();
        resumeToHearTheAnswer();
        var unused = context.executor().schedule(this::cut, CLOSING_SECONDS, TimeUnit.SECONDS);
    }

    private void cut() {
        var unused = context.close();
    }

    private void received(WebSocketFrame frame) {
        if (closing) {
            return;
        }
        switch (frame.type()) {
            case TEXT -> piece(reassembly.first(frame.binaryData(), frame.isFinal()));
            case CONTINUATION -> piece(reassembly.next(frame.binaryData(), frame.isFinal()));
            case BINARY -> violated(CloseCode.BINARY);
            case PING -> pass(turnstile.admitsPing(System.nanoTime()));
            case PONG -> pass(turnstile.admitsPong(System.nanoTime()));
            case CLOSE -> leave(); // Vert.x answers it
            default -> violated(CloseCode.BROKEN_FRAME);
        }
    }

    private void pass(boolean admitted) {
        if (!admitted) {
            violated(CloseCode.HOSTILE);
        }
    }

    private void piece(Reassembly.Piece piece) {
        piece.broken().ifPresent(this::violated);
        if (piece instanceof Reassembly.Whole whole) {
            listener.message(whole.message());
        }
    }

    private void violated(CloseCode code) {
        if (!closing) {
            listener.violated(code);
        }
    }

    private void live(ByteBuf frame) {
        if (!outbox.live(frame)) {
            close(CloseCode.TOO_SLOW);
        }
    }

    private void writable() {
        outbox.drain();
        Runnable then = drained;
        if (then != null && !outbox.replaying()) {
            drained = null;
            then.run();
        }
    }

    /** A paused socket would not hear the peer's close and would stand until it is cut. */
    private void resumeToHearTheAnswer() {
        if (deaf) {
            deaf = false;
            webSocket.resume();
        }
    }
}
