package dev.portcullis.kit;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A TCP proxy to a server on loopback that can delay each answer. */
public final class DelayProxy {
    private final Vertx vertx;
    private final NetClient client;
    private final NetServer server;
    private final AtomicLong delayMs = new AtomicLong();

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

    private void join(NetSocket peer, NetSocket target) {
        target.handler(bytes -> {
            long delay = delayMs.get();
            if (delay == 0) {
                peer.write(bytes);
            } else {
                vertx.setTimer(delay, due -> peer.write(bytes));
            }
        });
        peer.handler(target::write);
        peer.closeHandler(gone -> target.close());
        target.closeHandler(gone -> peer.close());
        peer.resume();
    }
}
