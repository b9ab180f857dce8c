package dev.portcullis.edge.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Netty handler below TLS, which has no limits of its own (CWE-770). TLS answers each key update, even for a peer that
 * does not read, and collects bytes that arrive after close_notify. So this handler reads nothing while the channel is
 * not writable, and closes the connection at close_notify, as happens without TLS at the end of the input.
 */
final class TlsInputGuard extends ChannelDuplexHandler {
    /** About forty of the smallest records: the number of answers between two checks of writability. */
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

    /** TLS requests another read by itself if the last one held no complete message. */
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
            context.fireChannelReadComplete(); // else the answers are flushed only after the next read
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
