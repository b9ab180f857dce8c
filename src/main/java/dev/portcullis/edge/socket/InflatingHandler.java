package dev.portcullis.edge.socket;

import dev.portcullis.protocol.CloseCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.jspecify.annotations.Nullable;

/**
 * Netty handler behind the frame decoder of a socket with {@code permessage-deflate}. It replaces compressed frames by
 * what they hold, so that everything behind it, and each of its limits, sees the text of the message.
 */
final class InflatingHandler extends ChannelInboundHandlerAdapter {
    private static final int COMPRESSED = 4; // RSV1 (RFC 7692 section 6)

    private final MessageCompression compression;
    private final DecodedFrameHandler decodedFrames;
    private int maxBytes;
    private @Nullable MessageInflater inProgress;
    private boolean closing;

    InflatingHandler(MessageCompression compression, DecodedFrameHandler decodedFrames, int maxBytes) {
        this.compression = compression;
        this.decodedFrames = decodedFrames;
        this.maxBytes = maxBytes;
    }

    /** Sets the maximum size of a message from now on. */
    void allow(int bytes) {
        maxBytes = bytes;
    }

    /** Memory held for a message whose end has not arrived. */
    int heldBytes() {
        return inProgress == null ? 0 : MessageInflater.HELD_BYTES;
    }

    /** From now on nothing is inflated, since its messages are no longer read. */
    void closing() {
        closing = true;
        release();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (!(message instanceof WebSocketFrame frame)) {
            super.channelRead(context, message);
            return;
        }
        boolean first = frame instanceof TextWebSocketFrame;
        boolean next = frame instanceof ContinuationWebSocketFrame && inProgress != null;
        boolean marked = frame.rsv() == COMPRESSED;
        if ((first && marked && inProgress == null) || (next && frame.rsv() == 0)) {
            inflate(context, frame, first);
        } else if (frame.rsv() == 0 || (marked && (closing || frame instanceof BinaryWebSocketFrame))) {
            super.channelRead(context, message);
        } else {
            frame.release();
            throw violation(CloseCode.BROKEN_FRAME);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        release();
        super.channelInactive(context);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        release();
    }

    private void inflate(ChannelHandlerContext context, WebSocketFrame frame, boolean first) {
        boolean last = frame.isFinalFragment();
        byte[] deflated = ByteBufUtil.getBytes(frame.content());
        frame.release();
        ByteBuf inflated = Unpooled.EMPTY_BUFFER;
        if (!closing) {
            MessageInflater inflater = inProgress == null ? compression.take() : inProgress;
            inProgress = inflater;
            byte[] text = inflater.inflate(deflated, last, maxBytes).fold(bytes -> bytes, code -> {
                throw violation(code);
            });
            inflated = Unpooled.wrappedBuffer(text);
        }
        if (last) {
            release();
        }
        decodedFrames.inflatedFrom(deflated.length);
        context.fireChannelRead(
                first ? new TextWebSocketFrame(last, 0, inflated) : new ContinuationWebSocketFrame(last, 0, inflated));
    }

    private void release() {
        MessageInflater used = inProgress;
        if (used != null) {
            inProgress = null;
            compression.giveBack(used);
        }
    }

    private CorruptedWebSocketFrameException violation(CloseCode code) {
        release();
        return new CorruptedWebSocketFrameException(
                code == CloseCode.TOO_LARGE
                        ? WebSocketCloseStatus.MESSAGE_TOO_BIG
                        : WebSocketCloseStatus.PROTOCOL_ERROR,
                "a compressed message that can't be read");
    }
}
