package dev.portcullis.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.RawPeer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.junit5.VertxExtension;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Without it, sockets that never say a word hold a node's descriptors until none are left. */
@ExtendWith(VertxExtension.class)
class DoorstepTest {
    private final Doorstep doorstep = new Doorstep(new CrowdConfig(100, 100, 2));
    private int port;

    @BeforeEach
    void listen(Vertx vertx) throws Exception {
        HttpServer server = vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
                .connectionHandler(doorstep::arrived)
                .requestHandler(
                        request -> request.toWebSocket().onSuccess(any -> doorstep.upgraded(request.connection())))
                .listen(0, "127.0.0.1")
                .await(5, TimeUnit.SECONDS);
        port = server.actualPort();
    }

    @Test
    void one_socket_too_many_is_cut_off_and_the_others_stay() {
        try (RawPeer one = RawPeer.to(port);
                RawPeer two = RawPeer.to(port)) {
            until(() -> doorstep.size() == 2);
            try (RawPeer three = RawPeer.to(port)) {
                assertThat(three.isCutOff()).isTrue();
            }
            assertThat(one.upgrade().status()).isEqualTo(101);
            until(() -> doorstep.size() == 1);
            assertThat(two.upgrade().status()).isEqualTo(101);
            until(() -> doorstep.size() == 0);
        }
        RawPeer gone = RawPeer.to(port);
        until(() -> doorstep.size() == 1);
        gone.close();
        until(() -> doorstep.size() == 0);
    }

    private static void until(BooleanSupplier condition) {
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(patience);
            Thread.onSpinWait();
        }
    }
}
