package dev.portcullis.kit;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A way to a server of loopback on which each answer is under way for a while. */
public final class SlowWay {
    private final Vertx vertx;
    private final NetClient there;
    private final NetServer here;
    private final AtomicLong delayMs = new AtomicLong();

    private SlowWay(Vertx vertx, int port) {
        this.vertx = vertx;
        this.there = vertx.createNetClient();
        this.here = vertx.createNetServer().connectHandler(peer -> {
            peer.pause();
            there.connect(port, "127.0.0.1")
                    .onSuccess(server -> join(peer, server))
                    .onFailure(refused -> peer.close());
        });
    }

    public static SlowWay to(Vertx vertx, int port) throws Exception {
        SlowWay way = new SlowWay(vertx, port);
        way.here.listen(0, "127.0.0.1").await(30, TimeUnit.SECONDS);
        return way;
    }

    public int port() {
        return here.actualPort();
    }

    public void delayBy(long millis) {
        delayMs.set(millis);
    }

    private void join(NetSocket peer, NetSocket server) {
        server.handler(bytes -> {
            long delay = delayMs.get();
            if (delay == 0) {
                peer.write(bytes);
            } else {
                vertx.setTimer(delay, due -> peer.write(bytes));
            }
        });
        peer.handler(server::write);
        peer.closeHandler(gone -> server.close());
        server.closeHandler(gone -> peer.close());
        peer.resume();
    }
}
