package dev.portcullis.edge.tcp;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * Holds back the flush of the 101, so that it leaves with the first frame behind it: the system call is what both cost. The
 * 101 counts as written at once, since Netty keeps the encoder of HTTP in front of the first frame until then. Any other
 * response passes as ever.
 */
final class HeldUpgrade extends ChannelOutboundHandlerAdapter {
    private boolean held;

    /** @param vertx the name of the handler that writes the response */
    static void install(ChannelPipeline pipeline, String vertx) {
        pipeline.addBefore(vertx, "heldUpgrade", new HeldUpgrade());
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        held = message instanceof HttpResponse response
                && response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
        if (held) {
            var unused = context.write(message);
            promise.setSuccess();
        } else {
            var unused = context.write(message, promise);
        }
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        if (held) {
            context.pipeline().remove(this);
        } else {
            context.flush();
        }
    }
}
