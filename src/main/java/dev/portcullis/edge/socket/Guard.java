package dev.portcullis.edge.socket;

import dev.portcullis.protocol.CloseCode;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.util.function.Consumer;

/**
 * Catches what Netty's decoder refuses, before Vert.x would cut the TCP connection without a close frame. The decoder
 * goes on swallowing bytes, so that no reset overtakes our answer.
 */
final class Guard extends ChannelInboundHandlerAdapter {
    private final Consumer<CloseCode> violated;

    Guard(Consumer<CloseCode> violated) {
        this.violated = violated;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
        if (cause instanceof CorruptedWebSocketFrameException corrupted) {
            violated.accept(codeOf(corrupted.closeStatus()));
        } else {
            super.exceptionCaught(context, cause);
        }
    }

    private static CloseCode codeOf(WebSocketCloseStatus status) {
        if (status.equals(WebSocketCloseStatus.MESSAGE_TOO_BIG)) {
            return CloseCode.TOO_LARGE;
        }
        return status.equals(WebSocketCloseStatus.INVALID_PAYLOAD_DATA) ? CloseCode.BAD_UTF8 : CloseCode.BROKEN_FRAME;
    }
}
