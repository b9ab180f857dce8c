package dev.portcullis.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.RawPeer;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.metrics.HttpServerMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import io.vertx.core.spi.observability.HttpRequest;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A handshake that passes our rules and is refused by Vert.x. Our rules leave no such case, so the test removes a
 * header from the request after it was checked.
 */
class LateRefusalTest {
    private static final String REFUSED = "portcullis_handshakes_refused_total";

    private final AtomicReference<@Nullable HttpServerRequest> newest = new AtomicReference<>();
    private volatile String removed = "";
    private GatedNode node;

    @BeforeEach
    void open() throws Exception {
        node = new GatedNode(
                Vertx.builder()
                        .withMetrics(options -> new RequestCapture())
                        .with(new VertxOptions().setMetricsOptions(new MetricsOptions().setEnabled(true)))
                        .build(),
                this::removeHeader);
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    @ParameterizedTest
    @CsvSource({"Connection, true", "Connection, false", "Sec-WebSocket-Key, true", "Sec-WebSocket-Version, true"})
    void handshake_that_vertx_refuses_holds_no_slot_and_no_session(String header, boolean withToken) {
        removed = header;
        try (RawPeer peer = RawPeer.to(node.port())) {
            String[] token = withToken ? new String[] {"Authorization: Bearer " + node.token("ann")} : new String[0];
            assertThat(peer.upgrade(token).status()).isBetween(400, 426);
            assertThat(peer.isCutOff()).isTrue();
        }
        assertThat(Await.until(
                        () -> node.connectionLimiter.size() == 0 && node.connectionLimiter.unauthenticated() == 0))
                .isTrue();
        assertThat(Await.until(() -> !node.registered("ann"))).isTrue();
        assertThat(Await.until(() -> !node.counted(REFUSED).isEmpty())).isTrue();
        assertThat(node.counted(REFUSED)).containsExactly(REFUSED + "{reason=\"malformed\"} 1.0");
        removed = "";
        try (RawPeer peer = RawPeer.to(node.port())) {
            assertThat(peer.upgrade("Authorization: Bearer " + node.token("ann"))
                            .status())
                    .isEqualTo(101);
            peer.next("auth_success");
            assertThat(List.of(node.connectionLimiter.size())).containsExactly(1);
        }
    }

    /** Runs on the event loop of the handshake, which is the only one in progress. */
    private boolean removeHeader() {
        if (!removed.isEmpty()) {
            Objects.requireNonNull(newest.get()).headers().remove(removed);
        }
        return false;
    }

    private final class RequestCapture implements VertxMetrics {
        @Override
        public HttpServerMetrics<?, ?> createHttpServerMetrics(
                HttpServerConfig config, SocketAddress tcp, SocketAddress quic) {
            return new HttpServerMetrics<Object, Object>() {
                @Override
                public Object requestBegin(SocketAddress remote, HttpRequest request) {
                    newest.set((HttpServerRequest) request);
                    return request;
                }
            };
        }
    }
}
