package dev.portcullis.edge.tcp;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;

/** Runs a step once the kernel has taken all that was written to a connection: to a peer that does not read, never. */
final class AfterFlush {
    private AfterFlush() {}

    /** Flushes an empty write below TLS, which would send a record for it. */
    static void execute(ChannelHandlerContext context, Runnable step) {
        var unused = context.pipeline()
                .firstContext()
                .writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(written -> {
                    if (written.isSuccess()) {
                        context.executor().execute(step); // not during the flush
                    }
                });
    }

    static void close(ChannelHandlerContext context) {
        var unused = context.channel().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
}
