package dev.portcullis.edge.socket;

import dev.portcullis.protocol.CloseCode;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Netty handler behind the frame decoder. It reports each frame to the {@link FrameFeeder}, which then feeds the next. It
 * handles the decoder's errors, which would otherwise end the connection without a close frame. After our close frame only the
 * peer's close frame passes. A peer that leaves by itself may do so right behind its last message: its close frame waits until
 * what came before is answered, unless the peer takes nothing, and nothing behind it is read.
 */
final class DecodedFrameHandler extends ChannelInboundHandlerAdapter {
    private static final int AS_RECEIVED = -1;
    private static final int SHORT = 126;
    private static final int LONG = 65_536;
    private static final int HEADER_AND_MASK = 6;

    /** No code above it is defined (RFC 6455 7.4.2). The decoder refuses only reserved ones below it. */
    private static final int LAST_CLOSE_CODE = 4_999;

    private final FrameFeeder feeder;
    private final BooleanSupplier awaitsAnswer;
    private final HoldLimit limit;
    private final Consumer<CloseCode> violated;
    private boolean closing;
    private int inflatedFrom = AS_RECEIVED;
    private @Nullable HeldClose heldClose;
    private @Nullable ScheduledFuture<?> look;

    private record HeldClose(ChannelHandlerContext context, CloseWebSocketFrame frame) {}

    /**
     * How long the close frame of a peer is held.
     *
     * @param takesNothing whether the peer has not read for {@code afterMs} what waits for it: it awaits no answer either
     */
    record HoldLimit(long afterMs, BooleanSupplier takesNothing) {}

    /**
     * @param awaitsAnswer whether a message is not answered; {@link #passClose} follows once all are
     */
    DecodedFrameHandler(
            FrameFeeder feeder, BooleanSupplier awaitsAnswer, HoldLimit limit, Consumer<CloseCode> violated) {
        this.feeder = feeder;
        this.awaitsAnswer = awaitsAnswer;
        this.limit = limit;
        this.violated = violated;
    }

    void closing() {
        closing = true;
    }

    /** The next frame had so many bytes of payload when it arrived. */
    void inflatedFrom(int bytes) {
        inflatedFrom = bytes;
    }

    /** All frames before the peer's close frame are answered, or will not be: passes the close frame on. */
    void passClose() {
        HeldClose passed = heldClose;
        if (passed != null) {
            heldClose = null;
            cancelLook();
            passed.context().executor().execute(() -> pass(passed)); // it may end the connection under its caller
        }
    }

    private void hold(ChannelHandlerContext context, CloseWebSocketFrame close) {
        heldClose = new HeldClose(context, close);
        feeder.pause();
        look = context.executor()
                .scheduleWithFixedDelay(
                        () -> {
                            if (limit.takesNothing().getAsBoolean()) {
                                passClose();
                            }
                        },
                        limit.afterMs(),
                        limit.afterMs(),
                        TimeUnit.MILLISECONDS);
    }

    private void cancelLook() {
        if (look != null) {
            look.cancel(false);
            look = null;
        }
    }

    private void pass(HeldClose passed) {
        feeder.resume();
        passed.context().fireChannelRead(passed.frame());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        cancelLook();
        if (heldClose != null) {
            heldClose.frame().release();
            heldClose = null;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof WebSocketFrame frame) {
            feeder.decoded(
                    sizeOnWire(inflatedFrom == AS_RECEIVED ? frame.content().readableBytes() : inflatedFrom));
            inflatedFrom = AS_RECEIVED;
        }
        if (message instanceof CloseWebSocketFrame close && close.statusCode() > LAST_CLOSE_CODE) {
            close.release();
            feeder.stopDecoding();
            violated.accept(CloseCode.BROKEN_FRAME);
        } else if (message instanceof CloseWebSocketFrame close && !closing && awaitsAnswer.getAsBoolean()) {
            hold(context, close);
        } else if (closing && !(message instanceof CloseWebSocketFrame)) {
            ReferenceCountUtil.release(message);
        } else {
            super.channelRead(context, message);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
        if (cause instanceof CorruptedWebSocketFrameException corrupted) {
            CloseCode code = codeOf(corrupted.closeStatus());
            if (code == CloseCode.BAD_UTF8) {
                feeder.decoded(0); // the framing is intact: the peer's close frame can still be decoded
            } else {
                feeder.stopDecoding();
            }
            violated.accept(code);
        } else {
            super.exceptionCaught(context, cause);
        }
    }

    private static int sizeOnWire(int payload) {
        return payload + HEADER_AND_MASK + (payload < SHORT ? 0 : payload < LONG ? 2 : 8);
    }

    private static CloseCode codeOf(WebSocketCloseStatus status) {
        if (status.equals(WebSocketCloseStatus.MESSAGE_TOO_BIG)) {
            return CloseCode.TOO_LARGE;
        }
        return status.equals(WebSocketCloseStatus.INVALID_PAYLOAD_DATA) ? CloseCode.BAD_UTF8 : CloseCode.BROKEN_FRAME;
    }
}
