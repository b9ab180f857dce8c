package dev.portcullis.edge.socket;

import dev.portcullis.edge.tcp.UnreadBytes;
import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Aborts the connection if the peer does not answer our close frame in time. The close frame may be queued behind bytes
 * that the peer does not read, so a timer ends the connection. Until then the peer's bytes are read and discarded: unread
 * bytes would turn the end of TCP into a reset, which can discard the close frame on the peer's side.
 */
final class CloseTimeout {
    private final ChannelHandlerContext context;
    private final FrameFeeder feeder;
    private final long lingerMs;
    private @Nullable ScheduledFuture<?> abortTimer;

    CloseTimeout(ChannelHandlerContext context, FrameFeeder feeder, SocketConfig config) {
        this.context = context;
        this.feeder = feeder;
        this.lingerMs = config.closeLingerMs();
    }

    /** Where the peer closed, our answer may have ended the connection before: then nothing would stop the timer. */
    void begin() {
        if (!context.channel().isOpen()) {
            return;
        }
        feeder.discard(SocketConfig.CLOSE_LINGER_BYTES);
        abortTimer = context.executor().schedule(this::abort, lingerMs, TimeUnit.MILLISECONDS);
    }

    /** Stops the timer, which would keep the closed connection in memory until it fires. */
    void cancel() {
        if (abortTimer != null) {
            abortTimer.cancel(false);
        }
    }

    private void abort() {
        UnreadBytes.discard(context.channel());
        var unused = context.close();
    }
}
