package dev.portcullis.edge.socket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Sees every byte that arrives, even of a frame that never ends, and when the channel takes more. */
final class Tap extends ChannelInboundHandlerAdapter {
    private final Runnable writable;
    private long lastRead = System.nanoTime();

    Tap(Runnable writable) {
        this.writable = writable;
    }

    /** Begins the silence anew, after a time in which we did not listen. */
    void heard() {
        lastRead = System.nanoTime();
    }

    long lastRead() {
        return lastRead;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        lastRead = System.nanoTime();
        super.channelRead(context, message);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
        if (context.channel().isWritable()) {
            writable.run();
        }
        super.channelWritabilityChanged(context);
    }
}
