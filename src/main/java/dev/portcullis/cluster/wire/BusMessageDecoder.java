package dev.portcullis.cluster.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Lets through whole and sound messages of one inbound connection of the event bus, and ends the connection at the first
 * other one. A length beyond the bound ends it as soon as it is read.
 */
final class BusMessageDecoder extends LengthFieldBasedFrameDecoder {
    private final PartialMessageBytes partial;
    private long held;
    private boolean broken;

    BusMessageDecoder(int mostBytes, PartialMessageBytes partial) {
        super(mostBytes, 0, Integer.BYTES);
        this.partial = partial;
    }

    @Override
    protected @Nullable Object decode(ChannelHandlerContext ctx, ByteBuf in) throws Exception {
        if (broken) {
            in.skipBytes(in.readableBytes());
            return null;
        }
        Object message = super.decode(ctx, in);
        if (message instanceof ByteBuf bytes && !isSound(bytes)) {
            bytes.release();
            throw new CorruptedFrameException("not a message of ours");
        }
        return message;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        hold(actualReadableBytes());
        if (held > 0 && partial.areTooMany()) {
            cutOff(ctx);
        }
        super.channelReadComplete(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        hold(0);
        super.channelInactive(ctx);
    }

    /** The exception's text may quote what came in. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        cutOff(ctx);
    }

    private static boolean isSound(ByteBuf bytes) {
        return BusMessage.isSound(
                bytes.slice(bytes.readerIndex() + Integer.BYTES, bytes.readableBytes() - Integer.BYTES));
    }

    private void hold(long bytes) {
        partial.change(bytes - held);
        held = bytes;
    }

    private void cutOff(ChannelHandlerContext ctx) {
        if (!broken) {
            broken = true;
            partial.tell(String.valueOf(ctx.channel().remoteAddress()));
            var unused = ctx.close();
        }
    }
}
