package dev.portcullis.kit;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** One address for a server that is started again on another port. It can end all connections, or no longer read them. */
public final class SwitchedProxy {
    private final NetServer server;
    private final NetClient client;
    private final Map<NetSocket, NetSocket> joinedOfPeers = new ConcurrentHashMap<>();
    private volatile int target;

    public SwitchedProxy(Vertx vertx) throws Exception {
        this(vertx, Optional.empty());
    }

    /** @param receiveBufferBytes what the system may take from the server unread, if that is to be little */
    public SwitchedProxy(Vertx vertx, Optional<Integer> receiveBufferBytes) throws Exception {
        NetClientOptions options = new NetClientOptions();
        receiveBufferBytes.ifPresent(options::setReceiveBufferSize);
        this.client = vertx.createNetClient(options);
        this.server = vertx.createNetServer().connectHandler(this::connect);
        server.listen(0, "127.0.0.1").await(30, TimeUnit.SECONDS);
    }

    public int port() {
        return server.actualPort();
    }

    public void pointTo(int port) {
        target = port;
    }

    /** No WebSocket close comes before it. */
    public void cut() {
        joinedOfPeers.keySet().forEach(NetSocket::close);
    }

    /** What the server sends to open connections stays in its buffers. */
    public void stall() {
        joinedOfPeers.values().forEach(NetSocket::pause);
    }

    public void flow() {
        joinedOfPeers.values().forEach(NetSocket::resume);
    }

    private void connect(NetSocket peer) {
        peer.pause();
        client.connect(target, "127.0.0.1")
                .onSuccess(joined -> join(peer, joined))
                .onFailure(refused -> peer.close());
    }

    private void join(NetSocket peer, NetSocket joined) {
        joinedOfPeers.put(peer, joined);
        joined.handler(peer::write);
        peer.handler(joined::write);
        peer.closeHandler(gone -> {
            joinedOfPeers.remove(peer);
            joined.close();
        });
        joined.closeHandler(gone -> peer.close());
        peer.resume();
    }
}
