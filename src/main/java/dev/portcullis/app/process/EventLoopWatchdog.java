package dev.portcullis.app.process;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import io.netty.util.concurrent.ThreadProperties;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The thread that monitors the event loops. A loop that is blocked serves no connection, and may stay so for ever. */
public final class EventLoopWatchdog implements AutoCloseable {
    private static final long STEP_MS = 1_000;
    private static final long LATE_MS = 3_000;
    private static final int FRAMES = 5;

    private final List<EventExecutor> loops = new ArrayList<>();
    private final EventLoopMonitor monitor;
    private final Consumer<String> blocked;
    private final Thread thread = new Thread(this::run, "loop-watchdog");

    private EventLoopWatchdog(Vertx vertx, long blockedMs, Consumer<String> blocked) {
        ((VertxInternal) vertx).nettyEventLoopGroup().forEach(loops::add);
        this.monitor = new EventLoopMonitor(
                loops.size(), TimeUnit.MILLISECONDS.toNanos(blockedMs), TimeUnit.MILLISECONDS.toNanos(LATE_MS));
        this.blocked = blocked;
        this.thread.setDaemon(true);
    }

    /** @param blocked receives the loop that is blocked and its stack */
    public static EventLoopWatchdog start(Vertx vertx, long blockedMs, Consumer<String> blocked) {
        EventLoopWatchdog watchdog = new EventLoopWatchdog(vertx, blockedMs, blocked);
        watchdog.thread.start();
        return watchdog;
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                OptionalInt loop = monitor.check(System.nanoTime(), this::ask);
                if (loop.isPresent()) {
                    blocked.accept(describe(loop.getAsInt()));
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(STEP_MS);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask(int loop) {
        EventExecutor executor = loops.get(loop);
        if (executor.isShuttingDown()) {
            monitor.answered(loop); // the node is stopping, which has its own time bound
            return;
        }
        executor.execute(() -> monitor.answered(loop));
    }

    private String describe(int loop) {
        if (!(loops.get(loop) instanceof SingleThreadEventExecutor executor)) {
            return "number " + loop;
        }
        ThreadProperties blockedThread = executor.threadProperties();
        StringBuilder text = new StringBuilder(blockedThread.name());
        StackTraceElement[] trace = blockedThread.stackTrace();
        for (int i = 0; i < Math.min(FRAMES, trace.length); i++) {
            text.append(i == 0 ? " at " : " < ")
                    .append(trace[i].getClassName())
                    .append('.')
                    .append(trace[i].getMethodName());
        }
        return text.toString();
    }
}
