package dev.portcullis.edge.socket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.impl.VertxHandler;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last Netty handler of a WebSocket: hands on the frames of the peer, on the Vert.x context of the event loop. It takes the
 * place of Vert.x's handler, which keeps the request of the handshake, and two queues with room for 1,024 messages each, for as
 * long as the socket lives: more than all else that an idle client costs.
 */
final class PeerFrames extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(PeerFrames.class);

    private final ContextInternal loop;
    private final Consumer<WebSocketFrame> received;

    /** @param received need not release the frame */
    PeerFrames(ContextInternal loop, Consumer<WebSocketFrame> received) {
        this.loop = loop;
        this.received = received;
    }

    /** Takes over from Vert.x, for which the connection has then ended. */
    void takeOver(ChannelPipeline pipeline) {
        VertxHandler<?> vertx = pipeline.get(VertxHandler.class);
        ChannelHandlerContext former = pipeline.context(vertx);
        pipeline.replace(vertx, "peerFrames", this);
        vertx.channelInactive(former);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof WebSocketFrame frame) {
                loop.dispatch(frame, received::accept);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    /** An end that is no close handshake, or a bug. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof Error) {
            LOG.error("a JVM error reached a socket", cause);
        }
        var unused = context.close();
    }
}
