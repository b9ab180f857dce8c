package dev.portcullis.cluster.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Passes the complete and well-formed messages of one inbound connection of the event bus, and closes the connection at
 * the first other one. A length beyond the limit closes it as soon as it is read.
 */
final class BusMessageDecoder extends LengthFieldBasedFrameDecoder {
    private final PartialBytes partial;
    private long counted;
    private boolean closed;

    BusMessageDecoder(int maxBytes, PartialBytes partial) {
        super(maxBytes, 0, Integer.BYTES);
        this.partial = partial;
    }

    @Override
    protected @Nullable Object decode(ChannelHandlerContext ctx, ByteBuf in) throws Exception {
        if (closed) {
            in.skipBytes(in.readableBytes());
            return null;
        }
        Object message = super.decode(ctx, in);
        if (message instanceof ByteBuf bytes && !isValid(bytes)) {
            bytes.release();
            throw new CorruptedFrameException("not a message between nodes");
        }
        return message;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        count(actualReadableBytes());
        if (counted > 0 && partial.exceedLimit()) {
            cutOff(ctx);
        }
        super.channelReadComplete(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        count(0);
        super.channelInactive(ctx);
    }

    /** The exception's text may quote received bytes, so it is not logged. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        cutOff(ctx);
    }

    private static boolean isValid(ByteBuf bytes) {
        return BusMessage.isValid(
                bytes.slice(bytes.readerIndex() + Integer.BYTES, bytes.readableBytes() - Integer.BYTES));
    }

    private void count(long bytes) {
        partial.add(bytes - counted);
        counted = bytes;
    }

    private void cutOff(ChannelHandlerContext ctx) {
        if (!closed) {
            closed = true;
            partial.logRefusal(String.valueOf(ctx.channel().remoteAddress()));
            var unused = ctx.close();
        }
    }
}
