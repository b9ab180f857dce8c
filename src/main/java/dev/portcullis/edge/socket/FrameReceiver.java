package dev.portcullis.edge.socket;

import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.Result;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes messages of the frames of one peer, and finds the frames that break a rule or a limit. */
final class FrameReceiver {
    private final FragmentAssembler assembler;
    private final ControlFrameLimiter controlFrames;
    private final SocketHandlers handlers;
    private final InboundBacklog inbound;
    private final Consumer<byte[]> message;
    private final Consumer<CloseCode> violated;

    FrameReceiver(
            SocketConfig config,
            SocketHandlers handlers,
            InboundBacklog inbound,
            Consumer<byte[]> message,
            Consumer<CloseCode> violated) {
        this.assembler = new FragmentAssembler(config.authFrameBytes(), config.fragments());
        this.controlFrames = new ControlFrameLimiter(config.controlFrames());
        this.handlers = handlers;
        this.inbound = inbound;
        this.message = message;
        this.violated = violated;
    }

    /** Sets the maximum size of a message from now on. */
    void allow(int bytes) {
        assembler.allow(bytes);
        handlers.allow(bytes);
    }

    void pinged() {
        controlFrames.pinged();
    }

    /** Takes any frame but a ping and a close frame. */
    void received(WebSocketFrame frame) {
        if (frame instanceof TextWebSocketFrame) {
            assembled(assembler.first(ByteBufUtil.getBytes(frame.content()), frame.isFinalFragment()));
        } else if (frame instanceof ContinuationWebSocketFrame) {
            assembled(assembler.next(ByteBufUtil.getBytes(frame.content()), frame.isFinalFragment()));
        } else if (frame instanceof PongWebSocketFrame) {
            admitted(controlFrames.admitsPong(System.nanoTime()));
        } else {
            violated.accept(CloseCode.BINARY);
        }
    }

    /** Whether one more ping is within the limit. If not, it is a violation. */
    boolean admitsPing() {
        return admitted(controlFrames.admitsPing(System.nanoTime()));
    }

    /** Drops the incomplete message, whose bytes would stay in memory while the close lingers. */
    void clear() {
        assembler.clear();
        inbound.fragments(0);
    }

    private boolean admitted(boolean admitted) {
        if (!admitted) {
            violated.accept(CloseCode.HOSTILE);
        }
        return admitted;
    }

    private void assembled(Result<Optional<byte[]>, CloseCode> result) {
        inbound.fragments(assembler.bytes() + handlers.inflaterBytes());
        Optional<byte[]> complete = result.fold(whole -> whole, broken -> {
            violated.accept(broken);
            return Optional.empty();
        });
        complete.ifPresent(message);
    }
}
