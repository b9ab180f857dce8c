package dev.portcullis.edge.socket;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.List;

/**
 * Flushes each socket once after all that this turn of the event loop had for it: the system call is what a delivery
 * costs, not its bytes.
 */
public final class FlushTurn {
    private final List<Outbox> touched = new ArrayList<>();
    private final EventLoop loop;

    private FlushTurn(EventLoop loop) {
        this.loop = loop;
    }

    /** For the sockets of a verticle; {@code context} must be its event loop's. */
    public static FlushTurn of(Context context) {
        return new FlushTurn(((ContextInternal) context).nettyEventLoop());
    }

    void add(Outbox outbox) {
        if (touched.isEmpty()) {
            loop.execute(this::flush);
        }
        touched.add(outbox);
    }

    private void flush() {
        for (int i = 0; i < touched.size(); i++) { // a flush may touch another socket
            touched.get(i).flush();
        }
        touched.clear();
    }
}
