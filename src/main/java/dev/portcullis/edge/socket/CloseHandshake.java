package dev.portcullis.edge.socket;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import org.jspecify.annotations.Nullable;

/** The two close frames of a WebSocket. When both were sent, our side ends the TCP connection (RFC 6455 7.1.1). */
final class CloseHandshake {
    private final ChannelHandlerContext context;
    private @Nullable ChannelFuture sent;

    /** @param context past all handlers that see our frames */
    CloseHandshake(ChannelHandlerContext context) {
        this.context = context;
    }

    void send(int code, String reason) {
        var unused = write(new CloseWebSocketFrame(code, reason));
    }

    /** Answers with what the peer sent, unless our close frame came first. */
    void received(CloseWebSocketFrame frame) {
        ChannelFuture ours = sent == null ? write(frame.retainedDuplicate()) : sent;
        var unused = ours.addListener(ChannelFutureListener.CLOSE);
    }

    private ChannelFuture write(CloseWebSocketFrame frame) {
        ChannelFuture written = context.writeAndFlush(frame);
        sent = written;
        return written;
    }
}
