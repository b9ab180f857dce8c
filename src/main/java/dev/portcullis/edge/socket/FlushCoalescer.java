package dev.portcullis.edge.socket;

import io.netty.channel.SingleThreadEventLoop;
import io.vertx.core.Context;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.http.WebSocketInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flushes each socket once for all that was written to it while the event loop wrote on: the system call is what a delivery
 * costs, not its bytes. A turn of the loop that writes nothing ends the wait: messages that are published together are stored
 * together, but reach the loop in turns that follow each other. The peers of a loop that never pauses wait no longer than a
 * bound.
 */
public final class FlushCoalescer {
    private static final Logger LOG = LoggerFactory.getLogger(FlushCoalescer.class);
    private static final long MAX_DELAY_NANOS = 5_000_000;

    private final List<Target> unflushed = new ArrayList<>();
    private final Executor loop;
    private final Executor endOfTurn;
    private long firstWriteAt;
    private boolean awaitsTurn;
    private boolean wroteInTurn;
    private boolean flushing;

    /** A socket with unflushed writes. */
    interface Target {
        void flush();
    }

    /**
     * @param loop runs tasks in its next turn, if it is told at the end of one
     * @param endOfTurn runs tasks at the end of the loop's turn
     */
    FlushCoalescer(Executor loop, Executor endOfTurn) {
        this.loop = loop;
        this.endOfTurn = endOfTurn;
    }

    /** The coalescer for the sockets of a verticle; {@code context} is the verticle's event-loop context. */
    public static FlushCoalescer of(Context context) {
        SingleThreadEventLoop loop = (SingleThreadEventLoop) ((ContextInternal) context).nettyEventLoop();
        return new FlushCoalescer(loop, loop::executeAfterEventLoopIteration);
    }

    /** Whether the socket is of this event loop. Otherwise two threads would write to it. */
    boolean serves(ServerWebSocket socket) {
        return ((WebSocketInternal) socket).channelHandlerContext().executor() == loop;
    }

    /** Called after a write that was not flushed, on the event loop. */
    void wrote(Target target, boolean first, long now) {
        if (unflushed.isEmpty()) {
            firstWriteAt = now;
        }
        wroteInTurn = true;
        if (!awaitsTurn) {
            awaitsTurn = true;
            endOfTurn.execute(this::turnEnded);
        }
        if (first) {
            unflushed.add(target);
        }
        if (!flushing && now - firstWriteAt > MAX_DELAY_NANOS) {
            flush();
        }
    }

    private void turnEnded() {
        if (wroteInTurn) {
            wroteInTurn = false;
            loop.execute(() -> endOfTurn.execute(this::turnEnded)); // told now, it would still be a task of this turn
        } else {
            awaitsTurn = false;
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

    /** What fails for one socket must not stop the flushes of all others: nothing would be sent until the next ping. */
    private static void flush(Target target) {
        try {
            target.flush();
        } catch (RuntimeException | OutOfMemoryError failure) { // such an error of Netty's is about direct memory
            LOG.error("a socket can't be flushed", failure);
        }
    }
}
