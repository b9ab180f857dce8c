package dev.portcullis.edge.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Netty handler below TLS, which has no limits of its own (CWE-770). TLS answers each key update, even for a peer that
 * does not read, and collects bytes that arrive after close_notify. So this handler reads nothing while the channel is
 * not writable, and closes the connection at close_notify, as happens without TLS at the end of the input. The JDK copies
 * what it has of a message of the handshake for each record of it, so a connection is closed that sends many records
 * without any data for the application: one message in records of a byte would take a loop for a second.
 */
final class TlsInputGuard extends ChannelDuplexHandler {
    /** About forty of the smallest records: the number of answers between two checks of writability. */
    private static final int SLICE = 1_024;

    /**
     * A handshake takes some ten, with a long chain of certificates; a client that hides its name from those in between may send
     * it in dozens. One slice holds less than fifty that have data.
     */
    static final int RECORDS_WITHOUT_DATA = 128;

    private final TlsRecordCounter counter = new TlsRecordCounter();
    private final ArrayDeque<ByteBuf> held = new ArrayDeque<>(2);
    private @Nullable SslHandler tls;
    private boolean passing;
    private boolean wasReading;
    private boolean wantsMore;
    private int recordsWithoutData;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        SslHandler above = tls == null ? context.pipeline().get(SslHandler.class) : tls;
        if (above == null) {
            context.pipeline().remove(this);
            context.fireChannelRead(message);
            return;
        }
        if (tls == null) {
            tls = above;
            context.pipeline().addAfter(context.pipeline().context(above).name(), null, new DataSeen());
        }
        held.add((ByteBuf) message);
        pass(context, above);
    }

    /** TLS requests another read by itself if the last one held no complete message. */
    @Override
    public void read(ChannelHandlerContext context) {
        if (held.isEmpty()) {
            context.read();
        } else {
            wantsMore = true;
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
        SslHandler above = tls;
        if (above != null && context.channel().isWritable() && !held.isEmpty() && !passing) {
            pass(context, above);
            context.fireChannelReadComplete(); // else the answers are flushed only after the next read
        }
        super.channelWritabilityChanged(context);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        releaseHeld();
        super.channelInactive(context);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        releaseHeld();
    }

    private void pass(ChannelHandlerContext context, SslHandler above) {
        if (passing) {
            return;
        }
        passing = true;
        try {
            while (!held.isEmpty() && context.channel().isWritable()) {
                ByteBuf slice = next(held.element());
                recordsWithoutData += counter.beginIn(slice);
                if (recordsWithoutData > RECORDS_WITHOUT_DATA) {
                    slice.release();
                    close(context);
                } else {
                    context.fireChannelRead(slice);
                    if (above.engine().isInboundDone()) {
                        close(context);
                    }
                }
            }
        } finally {
            passing = false;
        }
        if (held.isEmpty()) {
            readAgain(context);
        } else {
            wasReading |= context.channel().config().isAutoRead();
            context.channel().config().setAutoRead(false);
        }
    }

    private void close(ChannelHandlerContext context) {
        releaseHeld();
        var unused = context.close();
    }

    private void readAgain(ChannelHandlerContext context) {
        if (wasReading) {
            wasReading = false;
            context.channel().config().setAutoRead(true);
        }
        if (wantsMore) {
            wantsMore = false;
            context.read();
        }
    }

    private ByteBuf next(ByteBuf first) {
        if (first.readableBytes() <= SLICE) {
            return held.remove();
        }
        return first.readRetainedSlice(SLICE);
    }

    private void releaseHeld() {
        held.forEach(ByteBuf::release);
        held.clear();
    }

    /** Above TLS. */
    private final class DataSeen extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            recordsWithoutData = 0;
            context.fireChannelRead(message);
        }
    }
}
