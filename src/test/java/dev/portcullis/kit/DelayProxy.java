package dev.portcullis.kit;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A TCP proxy to a server on loopback that can delay each answer, or hold back a request that contains a text. */
public final class DelayProxy {
    private final Vertx vertx;
    private final NetClient client;
    private final NetServer server;
    private final AtomicLong delayMs = new AtomicLong();
    private volatile String heldText = "";
    private volatile boolean heldBack;

    private DelayProxy(Vertx vertx, int port) {
        this.vertx = vertx;
        this.client = vertx.createNetClient();
        this.server = vertx.createNetServer().connectHandler(peer -> {
            peer.pause();
            client.connect(port, "127.0.0.1")
                    .onSuccess(target -> join(peer, target))
                    .onFailure(refused -> peer.close());
        });
    }

    public static DelayProxy to(Vertx vertx, int port) throws Exception {
        DelayProxy proxy = new DelayProxy(vertx, port);
        proxy.server.listen(0, "127.0.0.1").await(30, TimeUnit.SECONDS);
        return proxy;
    }

    public int port() {
        return server.actualPort();
    }

    public void delayBy(long millis) {
        delayMs.set(millis);
    }

    /** From now on nothing more is passed on of a connection whose client sends this text. */
    public void holdBack(String text) {
        heldText = text;
    }

    public boolean hasHeldBack() {
        return heldBack;
    }

    private void join(NetSocket peer, NetSocket target) {
        target.handler(bytes -> {
            long delay = delayMs.get();
            if (delay == 0) {
                peer.write(bytes);
            } else {
                vertx.setTimer(delay, due -> peer.write(bytes));
            }
        });
        peer.handler(new Passing(target));
        peer.closeHandler(gone -> target.close());
        target.closeHandler(gone -> peer.close());
        peer.resume();
    }

    /** What one client sends. The text may be in two of its packets. */
    private final class Passing implements Handler<Buffer> {
        private final NetSocket target;
        private String last = "";
        private boolean stopped;

        Passing(NetSocket target) {
            this.target = target;
        }

        @Override
        public void handle(Buffer bytes) {
            String text = heldText;
            String seen = last + bytes.toString(StandardCharsets.ISO_8859_1);
            if (!stopped && !text.isEmpty() && seen.contains(text)) {
                stopped = true;
                heldBack = true;
            }
            if (!stopped) {
                last = seen.substring(Math.max(0, seen.length() - Math.max(0, text.length() - 1)));
                target.write(bytes);
            }
        }
    }
}
