package dev.portcullis.edge.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditConfig;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RecordedEvents;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Without the limit, silent sockets use up a node's file descriptors. */
@ExtendWith(VertxExtension.class)
class PendingConnectionLimitTest {
    private final PendingConnectionLimit pending = new PendingConnectionLimit(
            new PendingLimits(2, 100, 600_000),
            new ClientAddress(List.of()),
            new Audit(new AuditConfig(10_000, 100), System::currentTimeMillis, new RecordedEvents()),
            new Metrics(new SimpleMeterRegistry())
                    .counters(Metric.PENDING_CONNECTIONS_CLOSED, PendingEnd.class, PendingEnd::id));
    private int port;

    @BeforeEach
    void listen(Vertx vertx) throws Exception {
        HttpServerOptions options = new HttpServerOptions().setHttp2ClearTextEnabled(false);
        HttpServer server = vertx.createHttpServer(options)
                .connectionHandler(connection -> pending.accepted(HttpChannel.open(connection, options, 64)))
                .requestHandler(request ->
                        request.toWebSocket().onSuccess(any -> pending.upgraded(HttpChannel.of(request.connection()))))
                .listen(0, "127.0.0.1")
                .await(30, TimeUnit.SECONDS);
        port = server.actualPort();
    }

    @Test
    void connection_over_the_limit_evicts_the_oldest() {
        try (RawPeer one = RawPeer.to(port);
                RawPeer two = RawPeer.to(port)) {
            until(() -> pending.size() == 2);
            try (RawPeer three = RawPeer.to(port)) {
                assertThat(one.isCutOff()).isTrue();
                assertThat(three.upgrade().status()).isEqualTo(101);
                until(() -> pending.size() == 1);
            }
            assertThat(two.upgrade().status()).isEqualTo(101);
            until(() -> pending.size() == 0);
        }
        RawPeer closing = RawPeer.to(port);
        until(() -> pending.size() == 1);
        closing.close();
        until(() -> pending.size() == 0);
    }

    private static void until(BooleanSupplier condition) {
        assertThat(Await.until(condition)).isTrue();
    }
}
