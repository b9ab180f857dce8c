package dev.portcullis.edge.socket;

import dev.portcullis.protocol.CloseCode;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.function.Consumer;

/**
 * Netty handler behind the frame decoder. It reports each frame to the {@link FrameFeeder}, which then feeds the next. It handles the decoder's errors before Vert.x would drop the TCP connection
 * without a close frame. Vert.x queues a pong for each ping, without a bound (CWE-770): pings of a peer that does not
 * read are withheld from it. After our close frame only the peer's close frame passes.
 */
final class DecodedFrameHandler extends ChannelInboundHandlerAdapter {
    private static final int AS_RECEIVED = -1;
    private static final int SHORT = 126;
    private static final int LONG = 65_536;
    private static final int HEADER_AND_MASK = 6;

    private final FrameFeeder feeder;
    private final Consumer<CloseCode> violated;
    private final Consumer<byte[]> pinged;
    private boolean closing;
    private int inflatedFrom = AS_RECEIVED;

    /** @param pinged receives the payload of each ping that arrives while the channel is not writable */
    DecodedFrameHandler(FrameFeeder feeder, Consumer<CloseCode> violated, Consumer<byte[]> pinged) {
        this.feeder = feeder;
        this.violated = violated;
        this.pinged = pinged;
    }

    void closing() {
        closing = true;
    }

    /** The next frame had so many bytes of payload when it arrived. */
    void inflatedFrom(int bytes) {
        inflatedFrom = bytes;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof WebSocketFrame frame) {
            feeder.decoded(
                    sizeOnWire(inflatedFrom == AS_RECEIVED ? frame.content().readableBytes() : inflatedFrom));
            inflatedFrom = AS_RECEIVED;
        }
        if (closing && !(message instanceof CloseWebSocketFrame)) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof PingWebSocketFrame ping
                && !context.channel().isWritable()) {
            byte[] payload = ByteBufUtil.getBytes(ping.content());
            ping.release();
            pinged.accept(payload);
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
