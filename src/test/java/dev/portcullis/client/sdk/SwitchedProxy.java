package dev.portcullis.client.sdk;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** One address for a server that is started again on another port. It can end all connections at once. */
final class SwitchedProxy {
    private final NetServer server;
    private final NetClient client;
    private final Set<NetSocket> peers = ConcurrentHashMap.newKeySet();
    private volatile int target;

    SwitchedProxy(Vertx vertx) throws Exception {
        this.client = vertx.createNetClient();
        this.server = vertx.createNetServer().connectHandler(this::connect);
        server.listen(0, "127.0.0.1").await(30, TimeUnit.SECONDS);
    }

    int port() {
        return server.actualPort();
    }

    void pointTo(int port) {
        target = port;
    }

    /** No WebSocket close comes before it. */
    void cut() {
        peers.forEach(NetSocket::close);
    }

    private void connect(NetSocket peer) {
        peer.pause();
        client.connect(target, "127.0.0.1")
                .onSuccess(joined -> join(peer, joined))
                .onFailure(refused -> peer.close());
    }

    private void join(NetSocket peer, NetSocket joined) {
        peers.add(peer);
        joined.handler(peer::write);
        peer.handler(joined::write);
        peer.closeHandler(gone -> {
            peers.remove(peer);
            joined.close();
        });
        joined.closeHandler(gone -> peer.close());
        peer.resume();
    }
}
