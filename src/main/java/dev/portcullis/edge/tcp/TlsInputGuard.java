package dev.portcullis.edge.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the TLS of a connection, which has no bounds of its own (CWE-770): it answers each wish for a new key, also
 * of a peer that reads no answers, and it gathers what comes after the peer has said that nothing comes. So nothing is read
 * while the channel takes no more, and the end of what the peer sends is the end of the connection, as it is without TLS.
 */
final class TlsInputGuard extends ChannelDuplexHandler {
    /** Some forty of the smallest records: as many answers there may be before we look again. */
    private static final int SLICE = 1_024;

    private final ArrayDeque<ByteBuf> held = new ArrayDeque<>(2);
    private @Nullable SslHandler tls;
    private boolean passing;
    private boolean wasReading;
    private boolean wantsMore;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        SslHandler above = tls == null ? context.pipeline().get(SslHandler.class) : tls;
        if (above == null) {
            context.pipeline().remove(this);
            context.fireChannelRead(message);
            return;
        }
        tls = above;
        held.add((ByteBuf) message);
        pass(context, above);
    }

    /** TLS asks for more by itself where what came held no message. */
    @Override
    public void read(ChannelHandlerContext context) {
        if (held.isEmpty()) {
            context.read();
        } else {
            wantsMore = true;
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
        SslHandler above = tls;
        if (above != null && context.channel().isWritable() && !held.isEmpty() && !passing) {
            pass(context, above);
            context.fireChannelReadComplete(); // or the answers would wait for the next read to be flushed
        }
        super.channelWritabilityChanged(context);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        releaseHeld();
        super.channelInactive(context);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        releaseHeld();
    }

    private void pass(ChannelHandlerContext context, SslHandler above) {
        if (passing) {
            return;
        }
        passing = true;
        try {
            while (!held.isEmpty() && context.channel().isWritable()) {
                context.fireChannelRead(next(held.element()));
                if (above.engine().isInboundDone()) {
                    releaseHeld();
                    var unused = context.close();
                }
            }
        } finally {
            passing = false;
        }
        if (held.isEmpty()) {
            readAgain(context);
        } else {
            wasReading |= context.channel().config().isAutoRead();
            context.channel().config().setAutoRead(false);
        }
    }

    private void readAgain(ChannelHandlerContext context) {
        if (wasReading) {
            wasReading = false;
            context.channel().config().setAutoRead(true);
        }
        if (wantsMore) {
            wantsMore = false;
            context.read();
        }
    }

    private ByteBuf next(ByteBuf first) {
        if (first.readableBytes() <= SLICE) {
            return held.remove();
        }
        return first.readRetainedSlice(SLICE);
    }

    private void releaseHeld() {
        held.forEach(ByteBuf::release);
        held.clear();
    }
}
