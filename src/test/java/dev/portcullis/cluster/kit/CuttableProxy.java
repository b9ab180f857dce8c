package dev.portcullis.cluster.kit;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A TCP proxy between two processes that can be cut, stall or be slow. */
public final class CuttableProxy implements AutoCloseable {
    private static final int LOOPBACK_CONNECT_MS = 1_000;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final NetClient client =
            vertx.createNetClient(new NetClientOptions().setConnectTimeout(LOOPBACK_CONNECT_MS));
    private final Set<Direction> directions = new HashSet<>();
    private final int port;
    private volatile int target;
    private boolean cut;
    private boolean stalled;
    private Optional<String> holdTrigger = Optional.empty();
    private volatile boolean holding;
    private long delayMs;

    private CuttableProxy(String host, int target) throws Exception {
        this.target = target;
        this.port = vertx.createNetServer(new NetServerOptions().setHost(host).setPort(0))
                .connectHandler(this::accept)
                .listen()
                .await(30, TimeUnit.SECONDS)
                .actualPort();
    }

    /** Forwards to a port of this machine's loopback. */
    public static CuttableProxy to(int port) throws Exception {
        return between("127.0.0.1", port);
    }

    /** Listens on an address of this machine, and forwards to a port of its loopback. */
    static CuttableProxy between(String host, int port) throws Exception {
        return new CuttableProxy(host, port);
    }

    public int port() {
        return port;
    }

    /** Forwards everything at once, beginning with what was held back. */
    public void pass() {
        set(false, false, 0);
    }

    /** Closes open and new connections. */
    public void cut() {
        set(true, false, 0);
    }

    /** Keeps connections open and forwards nothing, like a lost cable. */
    public void stall() {
        set(false, true, 0);
    }

    /**
     * Holds back the bytes that complete this text and everything later on all connections: a command in flight that no
     * retry can overtake.
     */
    public void holdFrom(String text) {
        onLoop(() -> holdTrigger = Optional.of(text));
    }

    /** Whether such bytes have arrived. */
    public boolean isHolding() {
        return holding;
    }

    /** Delays each byte by so long in each direction. */
    public void delay(long ms) {
        set(false, false, ms);
    }

    /** Forwards new connections to another port. Open ones stay. */
    public void redirectTo(int newTarget) {
        target = newTarget;
    }

    private void set(boolean nowCut, boolean nowStalled, long nowDelayMs) {
        onLoop(() -> {
            cut = nowCut;
            stalled = nowStalled;
            delayMs = nowDelayMs;
            holdTrigger = Optional.empty();
            holding = false;
            if (cut) {
                Set.copyOf(directions).forEach(Direction::end);
            } else {
                directions.forEach(Direction::drain);
            }
        });
    }

    /** Returns when the task has run. */
    private void onLoop(Runnable task) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        vertx.runOnContext(any -> {
            task.run();
            done.complete(null);
        });
        done.join();
    }

    private void accept(NetSocket caller) {
        if (cut) {
            caller.close();
            return;
        }
        caller.pause();
        client.connect(target, "127.0.0.1").onComplete(callee -> connect(caller, callee), refused -> caller.close());
    }

    private void connect(NetSocket caller, NetSocket callee) {
        if (cut) {
            caller.close();
            callee.close();
            return;
        }
        new Direction(caller, callee).open();
        new Direction(callee, caller).open();
        caller.resume();
    }

    /** One direction of a connection. */
    private final class Direction {
        private final NetSocket from;
        private final NetSocket to;
        private final Deque<DelayedBytes> held = new ArrayDeque<>();
        private String tail = "";

        private record DelayedBytes(long dueAt, Buffer bytes) {
            long leftNanos() {
                return dueAt - System.nanoTime();
            }
        }

        Direction(NetSocket from, NetSocket to) {
            this.from = from;
            this.to = to;
        }

        void open() {
            directions.add(this);
            from.handler(bytes -> {
                held.add(new DelayedBytes(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delayMs), bytes));
                holdTrigger.ifPresent(text -> checkTrigger(text, tail + bytes.toString(StandardCharsets.ISO_8859_1)));
                drain();
            });
            from.exceptionHandler(failure -> end());
            from.closeHandler(any -> end());
        }

        /** The text may come in two parts. */
        private void checkTrigger(String text, String received) {
            if (received.contains(text)) {
                holdTrigger = Optional.empty();
                stalled = true;
                holding = true;
            }
            tail = holdTrigger.isEmpty() ? "" : received.substring(Math.max(0, received.length() - text.length() + 1));
        }

        void drain() {
            if (stalled) {
                from.pause(); // back-pressure, as on a real network
                return;
            }
            from.resume();
            while (!held.isEmpty() && (held.peek().leftNanos() <= 0 || delayMs == 0)) {
                to.write(held.remove().bytes());
            }
            if (!held.isEmpty()) {
                vertx.timer(Math.max(1, held.peek().leftNanos()), TimeUnit.NANOSECONDS)
                        .onSuccess(due -> drain());
            }
        }

        void end() {
            if (directions.remove(this)) {
                held.clear();
                from.close();
                to.close();
            }
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
