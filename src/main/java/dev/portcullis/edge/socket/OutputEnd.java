package dev.portcullis.edge.socket;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.ssl.SslHandler;

/**
 * Ends our side of the connection right behind our close frame where the peer's answer is not awaited (RFC 6455 section
 * 7.1.7): the peer learns at once that nothing follows, and ends TCP, while what it still sends is read and discarded. It sees the close frame
 * before it is encoded.
 */
final class OutputEnd extends ChannelOutboundHandlerAdapter {
    private boolean wanted;
    private boolean closeSent;
    private boolean ended;

    /** Call it on the event loop. Waits for our close frame if that is not sent yet. */
    void endBehindClose(Channel channel) {
        wanted = true;
        endIfSent(channel);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        if (message instanceof CloseWebSocketFrame) {
            ChannelPromise taken = promise.unvoid();
            var unused = taken.addListener(sent -> {
                if (sent.isSuccess()) {
                    context.executor().execute(() -> sent(context.channel())); // not during the flush
                }
            });
            super.write(context, message, taken);
        } else {
            super.write(context, message, promise);
        }
    }

    private void sent(Channel channel) {
        closeSent = true;
        endIfSent(channel);
    }

    private void endIfSent(Channel channel) {
        if (wanted && closeSent && !ended && channel.isActive()) {
            ended = true;
            end(channel);
        }
    }

    /** TCP below TLS stays open both ways: TLS may have to answer, and a bare end would look like a truncation. */
    private static void end(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null) {
            var unused = tls.closeOutbound(); // close_notify
        } else if (channel instanceof DuplexChannel socket) {
            var unused = socket.shutdownOutput();
        }
    }
}
