package dev.portcullis.edge.tcp;

import dev.portcullis.audit.LogThrottle;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says why no connection can be accepted. Netty then pauses for a second, and what it logs itself names no cause. */
@Sharable
class AcceptFailures extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(AcceptFailures.class);
    private static final LogThrottle THROTTLE = new LogThrottle(System::nanoTime);

    @Override
    @SuppressWarnings("deprecation") // only that of another interface is
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        THROTTLE.suppressed()
                .ifPresent(
                        suppressed -> LOG.atError()
                                .addKeyValue("event", "accept.failed")
                                .addKeyValue("cause", failure.getMessage())
                                .addKeyValue(
                                        "descriptors",
                                        FileDescriptors.ofProcess().limit())
                                .addKeyValue("suppressed", suppressed)
                                .log(
                                        "no connection can be accepted; if too many files are open, raise LimitNOFILE or ulimit -n"));
        context.fireExceptionCaught(failure); // to Netty's acceptor
    }
}
