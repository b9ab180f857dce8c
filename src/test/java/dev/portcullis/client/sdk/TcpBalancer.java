package dev.portcullis.client.sdk;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** One address for several nodes. A connection goes to the next node that accepts it, ready or not. */
final class TcpBalancer {
    private final NetServer server;
    private final NetClient client;
    private final Supplier<List<Integer>> ports;
    private final AtomicInteger next = new AtomicInteger();

    TcpBalancer(Vertx vertx, Supplier<List<Integer>> ports) throws Exception {
        this.ports = ports;
        this.client = vertx.createNetClient();
        this.server = vertx.createNetServer().connectHandler(this::connect);
        server.listen(0, "127.0.0.1").await(30, TimeUnit.SECONDS);
    }

    int port() {
        return server.actualPort();
    }

    private void connect(NetSocket peer) {
        peer.pause();
        List<Integer> all = ports.get();
        connect(all, all.size())
                .onSuccess(joined -> {
                    joined.handler(peer::write);
                    peer.handler(joined::write);
                    peer.closeHandler(gone -> joined.close());
                    joined.closeHandler(gone -> peer.close());
                    peer.resume();
                })
                .onFailure(refused -> peer.close());
    }

    private Future<NetSocket> connect(List<Integer> all, int left) {
        int port = all.get(Math.floorMod(next.getAndIncrement(), all.size()));
        Future<NetSocket> attempt = client.connect(port, "127.0.0.1");
        return left == 1 ? attempt : attempt.recover(refused -> connect(all, left - 1));
    }
}
