package dev.portcullis.cluster.wire;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Puts a {@link BusMessageDecoder} in front of each connection to the event bus. Runs on the accepting channel before
 * Netty's acceptor, which adds the other handlers to each new connection.
 */
@Sharable
public final class BusAcceptHandler extends ChannelInboundHandlerAdapter {
    /** How many messages of the largest size may be incomplete at the same time. */
    private static final long PARTIAL_MESSAGES = 8;

    private final int messageBytes;
    private final PartialBytes partial;

    /** @param messageBytes the largest message that is accepted */
    public BusAcceptHandler(int messageBytes) {
        this.messageBytes = messageBytes;
        this.partial = new PartialBytes(PARTIAL_MESSAGES * messageBytes);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object accepted) throws Exception {
        if (accepted instanceof Channel connection) {
            connection.pipeline().addLast(new BusMessageDecoder(messageBytes, partial));
        }
        super.channelRead(ctx, accepted);
    }
}
