package dev.portcullis.edge.socketio.engine;

import dev.portcullis.edge.socket.SocketConfig;
import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.edge.transport.LoadShedder;
import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.Executor;

/**
 * One event loop, with the objects and limits that its sessions share. The work of a session runs on the loop that owns it, the
 * work of a request on the loop of its connection.
 *
 * @param packets the most packets of one POST
 * @param timeoutMs how long a client may be silent
 */
public record EngineLoop(
        EventLoop eventLoop, SocketConfig limits, LoadShedder shedder, TimerWheel timers, int packets, long timeoutMs)
        implements Executor {
    public EngineLoop(
            Context loop, SocketConfig limits, LoadShedder shedder, TimerWheel timers, int packets, long timeoutMs) {
        this(((ContextInternal) loop).nettyEventLoop(), limits, shedder, timers, packets, timeoutMs);
    }

    /** Runs it at once if this is its loop already. */
    @Override
    public void execute(Runnable task) {
        if (eventLoop.inEventLoop()) {
            task.run();
        } else {
            eventLoop.execute(task);
        }
    }

    /** Runs it behind the tasks that are queued already. */
    void later(Runnable task) {
        eventLoop.execute(task);
    }

    void afterLinger(Runnable task) {
        timers.in(limits.closeLingerMs(), task);
    }
}
