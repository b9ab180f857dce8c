package dev.portcullis.edge.socket;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.List;

/**
 * Flushes each socket once after all that this turn of the event loop had for it: the system call is what a delivery
 * costs, not its bytes. Where a turn is long, the sockets are flushed in between: the peers must not wait for its end.
 */
public final class FlushCoalescer {
    private static final long MAX_DELAY_NANOS = 5_000_000;

    private final List<Target> unflushed = new ArrayList<>();
    private final EventLoop loop;
    private long firstWriteAt;
    private boolean flushing;

    /** What has written something. */
    interface Target {
        void flush();
    }

    FlushCoalescer(EventLoop loop) {
        this.loop = loop;
    }

    /** For the sockets of a verticle; {@code context} must be its event loop's. */
    public static FlushCoalescer of(Context context) {
        return new FlushCoalescer(((ContextInternal) context).nettyEventLoop());
    }

    /** Something was written that is not flushed. */
    void wrote(Target target, boolean first, long now) {
        if (unflushed.isEmpty()) {
            firstWriteAt = now;
            loop.execute(this::flush); // behind all that waits for its turn already
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
        for (int i = 0; i < unflushed.size(); i++) { // a flush may touch another socket
            unflushed.get(i).flush();
        }
        unflushed.clear();
        flushing = false;
    }
}
