package dev.portcullis.edge.socketio.engine;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.Executor;

/** One event loop. The work of a session runs on the loop that owns it, the work of a request on the loop of its connection. */
public record SessionLoop(EventLoop eventLoop) implements Executor {
    public static SessionLoop of(Context context) {
        return new SessionLoop(((ContextInternal) context).nettyEventLoop());
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
}
