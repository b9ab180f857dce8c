package dev.portcullis.client.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.vertx.core.http.WebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Takes whole text frames off the pipeline before Vert.x makes a message of them. The only class here that knows what
 * lies under a Vert.x WebSocket.
 */
final class Tap extends ChannelInboundHandlerAdapter {
    private static final String VERTX_HANDLER = "handler";

    private final Member member;

    private Tap(Member member) {
        this.member = member;
    }

    /** From here on the member gets its frames as bytes; fragments and control frames still go the long way. */
    static void install(WebSocket socket, Member member) {
        ((WebSocketInternal) socket)
                .channelHandlerContext()
                .pipeline()
                .addBefore(VERTX_HANDLER, "bench", new Tap(member));
    }

    /** The socket's event loop, whose timers count nanoseconds. */
    static ScheduledExecutorService loopOf(WebSocket socket) {
        return ((WebSocketInternal) socket).channelHandlerContext().executor();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof TextWebSocketFrame frame && frame.isFinalFragment() && fits(frame.content())) {
            try {
                ByteBuf content = frame.content();
                int length = content.readableBytes();
                content.getBytes(content.readerIndex(), member.scratch(), 0, length);
                member.received(length);
            } finally {
                frame.release();
            }
        } else {
            context.fireChannelRead(message);
        }
    }

    private boolean fits(ByteBuf content) {
        return content.readableBytes() <= member.scratch().length;
    }
}
