package dev.portcullis.edge.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection whose peer still sends. A close with bytes that were not read makes the kernel send a reset, for which
 * the peer may drop the answer that is on its way (RFC 9112 section 9.6). So what comes is thrown away until the peer closes
 * too, within a time; beyond a number of bytes nothing is read. Stands below the decoder and above TLS. Each close comes
 * through here, but for {@link HttpChannel#abort}.
 */
final class LingeringClose extends ChannelDuplexHandler {
    private static final String NAME = "lingeringClose";

    private final long withinMs;
    private long bytes;
    private boolean begun;

    private LingeringClose(long withinMs, long bytes) {
        this.withinMs = withinMs;
        this.bytes = bytes;
    }

    /**
     * Call it on the event loop. A connection that is closed has no handlers any more.
     *
     * @param decoder the name of that handler
     */
    static void install(Channel channel, String decoder, long withinMs, long bytes) {
        if (channel.isActive() && channel.pipeline().get(NAME) == null) {
            channel.pipeline().addBefore(decoder, NAME, new LingeringClose(withinMs, bytes));
        }
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        Channel channel = context.channel();
        if (channel.isActive()) {
            var unused = channel.closeFuture().addListener(closed -> promise.trySuccess());
            if (!begun) {
                begun = true;
                begin(context, channel);
            }
        } else {
            var unused = context.close(promise);
        }
    }

    /** With TLS the end of our side would need an alert, for which the peer would have to drop what it sends. */
    private void begin(ChannelHandlerContext context, Channel channel) {
        if (channel instanceof DuplexChannel socket && channel.pipeline().get(SslHandler.class) == null) {
            var unused = socket.shutdownOutput();
        }
        Runnable step = () -> {
            var unused = context.close();
        };
        Future<?> end = context.executor().schedule(step, withinMs, TimeUnit.MILLISECONDS);
        var unused = channel.closeFuture().addListener(closed -> end.cancel(false));
        channel.config().setAutoRead(true);
    }

    /** Vert.x, which may hold more of a refused body than it wants, would stop the reads at the end of the next one. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!begun) {
            context.fireChannelReadComplete();
        } else if (bytes >= 0) {
            context.channel().config().setAutoRead(true);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!begun) {
            context.fireChannelRead(message);
            return;
        }
        bytes -= message instanceof ByteBuf read ? read.readableBytes() : 0;
        ReferenceCountUtil.release(message);
        if (bytes < 0) {
            context.channel().config().setAutoRead(false);
        }
    }
}
