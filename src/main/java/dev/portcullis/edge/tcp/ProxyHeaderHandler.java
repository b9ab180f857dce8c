package dev.portcullis.edge.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;

/**
 * Netty handler that reads the PROXY header before anything else of a connection. Vert.x initializes the connection
 * afterwards: TLS begins behind the header.
 */
final class ProxyHeaderHandler extends ChannelInboundHandlerAdapter {
    private final HttpChannel http;
    private final ChannelHandler initializer;
    private final PendingConnectionLimit judge;
    private ByteBuf received = Unpooled.EMPTY_BUFFER;

    /** @param initializer of Vert.x, not yet in the pipeline */
    ProxyHeaderHandler(HttpChannel http, ChannelHandler initializer, PendingConnectionLimit judge) {
        this.http = http;
        this.initializer = initializer;
        this.judge = judge;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (http.isClosing()) {
            ((ByteBuf) message).release();
            return;
        }
        received = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), received, (ByteBuf) message);
        Runnable next = ProxyHeader.read(received)
                .fold(
                        (client, tls) -> () -> {
                            http.named(client, tls);
                            proceed(context);
                        },
                        () -> () -> {
                            http.clientUnknown();
                            proceed(context);
                        },
                        () -> () -> {},
                        () -> () -> judge.headerRefused(http));
        next.run();
    }

    private void proceed(ChannelHandlerContext context) {
        if (!judge.identified(http)) {
            return;
        }
        ByteBuf rest = received;
        received = Unpooled.EMPTY_BUFFER;
        context.pipeline().addLast(initializer);
        if (rest.isReadable()) {
            context.fireChannelRead(rest);
        } else {
            rest.release();
        }
        context.pipeline().remove(this);
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

    private void release() {
        received.release();
        received = Unpooled.EMPTY_BUFFER;
    }
}
