package dev.portcullis.edge.socket;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.http.WebSocketInternal;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flushes each socket once for all that one turn of the event loop wrote to it: the system call is what a delivery
 * costs, not its bytes. In a long turn the sockets are also flushed in between, so that the peers need not wait for its
 * end.
 */
public final class FlushCoalescer {
    private static final Logger LOG = LoggerFactory.getLogger(FlushCoalescer.class);
    private static final long MAX_DELAY_NANOS = 5_000_000;

    private final List<Target> unflushed = new ArrayList<>();
    private final EventLoop loop;
    private long firstWriteAt;
    private boolean flushing;

    /** A socket with unflushed writes. */
    interface Target {
        void flush();
    }

    FlushCoalescer(EventLoop loop) {
        this.loop = loop;
    }

    /** The coalescer for the sockets of a verticle; {@code context} is the verticle's event-loop context. */
    public static FlushCoalescer of(Context context) {
        return new FlushCoalescer(((ContextInternal) context).nettyEventLoop());
    }

    /** Whether the socket is of this event loop. Otherwise two threads would write to it. */
    boolean serves(ServerWebSocket socket) {
        return ((WebSocketInternal) socket).channelHandlerContext().executor() == loop;
    }

    /** Called after a write that was not flushed, on the event loop. */
    void wrote(Target target, boolean first, long now) {
        if (unflushed.isEmpty()) {
            firstWriteAt = now;
            loop.execute(this::flush); // behind all tasks already queued
        }
        if (first) {
            unflushed.add(target);
        }
        if (!flushing && now - firstWriteAt > MAX_DELAY_NANOS) {
            flush();
        }
    }

    private void flush() {
        flushing = true;
        for (int i = 0; i < unflushed.size(); i++) { // a flush may write to another socket
            flush(unflushed.get(i));
        }
        unflushed.clear();
        flushing = false;
    }

    /** A bug that concerns one socket must not stop the flushes of all others: nothing would be sent until the next ping. */
    private static void flush(Target target) {
        try {
            target.flush();
        } catch (RuntimeException bug) {
            LOG.error("a socket can't be flushed", bug);
        }
    }
}
