package dev.portcullis.audit.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.kit.Await;
import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private enum Colour {
        RED,
        BLUE;

        String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final MetricsRegistry registry = new MetricsRegistry();
    private final Metrics metrics = new Metrics(registry.registry());

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void connections_are_counted_open_and_in_total() {
        metrics.connectionOpened();
        metrics.connectionOpened();
        metrics.connectionClosed(Optional.empty());
        assertScraped("portcullis_connections 1.0");
        assertScraped("portcullis_connections_opened_total 2.0");
    }

    @Test
    void counters_of_enums_exist_from_the_start_and_count() {
        assertScraped("portcullis_frames_total{type=\"health-check\"} 0.0");
        metrics.frame(FrameType.CHAT);
        metrics.refused(Rejection.of(Reason.NOT_MEMBER));
        metrics.refused(Rejection.limited(Rejection.Scope.USER, Rejection.Window.BURST, 1));
        metrics.authFailed(AuthRefusal.EXPIRED_TOKEN);
        metrics.counters(Metric.HANDSHAKES_REFUSED, Colour.class, Colour::id).add(Colour.BLUE);
        metrics.connectionClosed(Optional.of(CloseCode.HEARTBEAT_TIMEOUT));
        metrics.connectionClosed(Optional.of(CloseCode.TOO_SLOW));
        assertScraped("portcullis_frames_total{type=\"chat\"} 1.0");
        assertScraped("portcullis_refusals_total{reason=\"not_member\"} 1.0");
        assertScraped("portcullis_refusals_total{reason=\"rate_limited\"} 1.0");
        assertScraped("portcullis_auth_failures_total{reason=\"expired_token\"} 1.0");
        assertScraped("portcullis_handshakes_refused_total{reason=\"blue\"} 1.0");
        assertScraped("portcullis_handshakes_refused_total{reason=\"red\"} 0.0");
        assertScraped("portcullis_heartbeat_terminations_total 1.0");
        assertScraped("portcullis_slow_reader_closes_total 1.0");
    }

    @Test
    void durations_are_histograms_in_seconds() {
        metrics.time(Metric.PUBLISH, TimeUnit.MILLISECONDS.toNanos(3));
        metrics.time(Metric.DELIVERY, TimeUnit.MILLISECONDS.toNanos(3));
        metrics.timers(Metric.BUS_REQUEST, Colour.class, Colour::id)
                .accept(Colour.RED, TimeUnit.MILLISECONDS.toNanos(3));
        metrics.timers(Metric.STORE, Colour.class, Colour::id).accept(Colour.RED, TimeUnit.MILLISECONDS.toNanos(3));
        assertScraped("portcullis_publish_seconds_bucket{le=\"0.0025\"} 0");
        assertScraped("portcullis_publish_seconds_bucket{le=\"0.005\"} 1");
        assertScraped("portcullis_delivery_seconds_bucket{le=\"0.005\"} 1");
        assertScraped("portcullis_bus_request_seconds_bucket{stage=\"red\",le=\"0.005\"} 1");
        assertScraped("portcullis_store_seconds_bucket{operation=\"red\",le=\"0.005\"} 1");
        assertScraped("portcullis_store_seconds_count{operation=\"blue\"} 0");
    }

    @Test
    void gauges_show_current_values() {
        metrics.measure(Metric.OUTBOX_BYTES, () -> 60);
        metrics.measure(Metric.CONNECTION_MESSAGE_RATE, "mean", () -> 0.5);
        metrics.measure(Metric.CONNECTION_MESSAGE_RATE, "p99", () -> 4);
        metrics.measure(Metric.SESSIONS, () -> 7);
        metrics.measure(Metric.ROOMS, () -> 3);
        metrics.measure(Metric.BUS_UNACKED_BYTES, () -> 70_000);
        assertScraped("portcullis_outbox_bytes 60.0");
        assertScraped("portcullis_connection_message_rate{statistic=\"mean\"} 0.5");
        assertScraped("portcullis_connection_message_rate{statistic=\"p99\"} 4.0");
        assertScraped("portcullis_sessions 7.0");
        assertScraped("portcullis_rooms 3.0");
        assertScraped("portcullis_bus_unacked_bytes 70000.0");
        metrics.measure(Metric.SESSION_ENDS_PENDING, () -> 2);
        assertScraped("portcullis_session_ends_pending 2.0");
        metrics.measure(Metric.READY, "store", () -> 1);
        metrics.measure(Metric.READY, "stages", () -> 0);
        assertScraped("portcullis_ready{check=\"store\"} 1.0");
        assertScraped("portcullis_ready{check=\"stages\"} 0.0");
    }

    /** Of a counter that is kept elsewhere Micrometer holds only what it is made of. */
    @Test
    void total_that_is_counted_elsewhere_survives_a_garbage_collection() {
        metrics.measure(Metric.STORE_CALLS, () -> 7);
        System.gc();
        assertScraped("portcullis_store_calls_total 7.0");
    }

    @Test
    void each_metric_says_what_it_is() {
        metrics.measure(Metric.ROOMS, () -> 3);
        assertScraped("# HELP portcullis_rooms Rooms with members on this node");
        assertScraped("# HELP portcullis_nodes_lost_total Other nodes that left without a graceful stop");
        assertScraped("# HELP portcullis_publish_seconds From receiving a message to its ack");
    }

    @Test
    void metric_is_used_as_the_table_has_it() {
        assertThatThrownBy(() -> metrics.measure(Metric.NODES_LOST, () -> 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> metrics.measure(Metric.READY, () -> 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> metrics.measure(Metric.ROOMS, "label", () -> 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> metrics.timers(Metric.FRAMES, Colour.class, Colour::id))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void each_closed_connection_is_counted_once_by_its_code() {
        assertScraped("portcullis_connections_closed_total{code=\"4001\"} 0.0");
        metrics.connectionClosed(Optional.of(CloseCode.HOSTILE));
        metrics.connectionClosed(Optional.of(CloseCode.UNAUTHORIZED));
        metrics.connectionClosed(Optional.of(CloseCode.TOO_MANY_SESSIONS));
        metrics.connectionClosed(Optional.empty());
        assertScraped("portcullis_connections_closed_total{code=\"1008\"} 2.0");
        assertScraped("portcullis_connections_closed_total{code=\"4005\"} 1.0");
        assertScraped("portcullis_connections_closed_total{code=\"none\"} 1.0");
        assertScraped("portcullis_heartbeat_terminations_total 0.0");
    }

    @Test
    void counts_survive_a_garbage_collection() {
        EnumCounters<Colour> counters = metrics.counters(Metric.HANDSHAKES_REFUSED, Colour.class, Colour::id);
        counters.add(Colour.RED);
        System.gc();
        assertScraped("portcullis_handshakes_refused_total{reason=\"red\"} 1.0");
    }

    @Test
    void jvm_and_process_metrics_have_their_standard_names() {
        assertThat(registry.scrape())
                .contains("jvm_memory_used_bytes{")
                .contains("jvm_threads_live_threads ")
                .contains("process_cpu_usage ")
                .contains("process_files_open_files ")
                .contains("process_uptime_seconds ");
    }

    @Test
    void invented_http_methods_create_no_series() throws Exception {
        Vertx vertx = Vertx.builder()
                .with(new VertxOptions().setMetricsOptions(registry.vertxOptions()))
                .withMetrics(registry.vertxMetrics())
                .build();
        try {
            int port = vertx.createHttpServer()
                    .requestHandler(request -> request.response().end())
                    .listen(0, "127.0.0.1")
                    .await(30, TimeUnit.SECONDS)
                    .actualPort();
            HttpClientAgent client = vertx.createHttpClient(); // Vert.x closes a client that is not held any more
            int before = 0;
            for (int i : IntStream.range(0, 20).toArray()) {
                client.request(HttpMethod.valueOf("INVENTED" + i), port, "127.0.0.1", "/path" + i)
                        .compose(HttpClientRequest::send)
                        .await(30, TimeUnit.SECONDS);
                if (i == 0) { // counted after the response is sent
                    assertThat(Await.until(() -> series() > 0)).isTrue();
                    before = series();
                }
            }
            String all = "vertx_http_server_requests_total{code=\"200\"} 20.0";
            assertThat(Await.until(() -> registry.scrape().contains(all))).isTrue();
            assertThat(registry.scrape())
                    .doesNotContain("INVENTED")
                    .doesNotContain("/path")
                    .doesNotContain("vertx_eventbus");
            assertThat(series()).isEqualTo(before);
            client.close().await(30, TimeUnit.SECONDS);
        } finally {
            vertx.close().await(30, TimeUnit.SECONDS);
        }
    }

    private int series() {
        return (int) registry.scrape()
                .lines()
                .filter(line -> line.startsWith("vertx_http_server_requests_total"))
                .count();
    }

    private void assertScraped(String line) {
        assertThat(registry.scrape().lines()).contains(line);
    }
}
