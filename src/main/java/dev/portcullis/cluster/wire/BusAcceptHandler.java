package dev.portcullis.cluster.wire;

import dev.portcullis.audit.LogThrottle;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    /** The bytes of incomplete messages on all inbound connections of the event bus. */
    static final class PartialBytes {
        private static final Logger LOG = LoggerFactory.getLogger(BusAcceptHandler.class);

        private final long limit;
        private final AtomicLong bytes = new AtomicLong();
        private final LogThrottle refusals = new LogThrottle(System::nanoTime);

        PartialBytes(long limit) {
            this.limit = limit;
        }

        void add(long by) {
            bytes.addAndGet(by);
        }

        boolean exceedLimit() {
            return bytes.get() > limit;
        }

        /** Logs at most one line in ten seconds, whatever arrives. */
        void logRefusal(String peer) {
            refusals.suppressed()
                    .ifPresent(any -> LOG.atWarn()
                            .addKeyValue("event", "bus.peer.refused")
                            .addKeyValue("peer", peer)
                            .log("closed a connection to the bus that did not send messages as a node does"));
        }
    }
}
