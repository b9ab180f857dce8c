package dev.portcullis.http.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.audit.metrics.MetricsRegistry;
import dev.portcullis.config.Secret;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.FreePort;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.CircuitBreaker;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A target can't be made without a service, and each service has its metrics. */
@ExtendWith(VertxExtension.class)
class OutgoingMetricsTest {
    private static final OutgoingRequest GET = OutgoingRequest.get(Map.of());

    private final MetricsRegistry registry = new MetricsRegistry();
    private final OutgoingMetrics metrics = new OutgoingMetrics(new Metrics(registry.registry()));
    private Vertx vertx;

    @BeforeEach
    void start(Vertx fresh) {
        vertx = fresh;
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @ParameterizedTest
    @EnumSource
    void each_service_has_its_metrics_before_the_first_call(OutgoingService service) {
        String label = "{service=\"" + service.id() + "\"}";
        assertThat(registry.scrape().lines())
                .contains(
                        "portcullis_outgoing_seconds_count" + label + " 0",
                        "portcullis_outgoing_failures_total" + label + " 0.0");
        assertThat(registry.scrape().contains("portcullis_breaker_state" + label + " 0.0"))
                .isEqualTo(service.hasBreaker());
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"MAIL_HOOK", "CONTENT_HOOK", "DIRECT_HOOK", "ROOM_AUTHORIZER"})
    void call_of_each_service_is_counted_and_its_breaker_shown(OutgoingService service) throws Exception {
        int port = FreePort.find();
        OutgoingConfig config = config(600_000);
        try (OutgoingHttp http = OutgoingHttp.open(vertx, config)) {
            OutgoingTarget gone = failing(service, port, config, http);
            assertScraped("portcullis_breaker_state", service, "2.0");
            http.send(gone, GET).await(30, TimeUnit.SECONDS); // held back, so it takes no time
            assertScraped("portcullis_outgoing_seconds_count", service, "2");
            assertScraped("portcullis_outgoing_failures_total", service, "3.0");
            OutgoingTarget target = failing(service, port, config(1_000), http);
            assertThat(Await.until(() -> scraped("portcullis_breaker_state", service, "1.0")))
                    .as("half-open after a while")
                    .isTrue();
            vertx.createHttpServer()
                    .requestHandler(request -> request.response().end("ok"))
                    .listen(port, "127.0.0.1")
                    .await(30, TimeUnit.SECONDS);
            http.send(target, GET).await(30, TimeUnit.SECONDS);
            assertScraped("portcullis_breaker_state", service, "0.0");
            assertScraped("portcullis_outgoing_failures_total", service, "5.0");
        }
    }

    /** What one user sends must not look like a service that is away. */
    @ParameterizedTest
    @EnumSource(names = {"CONTENT_HOOK", "DIRECT_HOOK", "ROOM_AUTHORIZER"})
    void service_that_is_asked_for_users_is_shown_as_open_until_one_of_them_has_an_answer(OutgoingService service)
            throws Exception {
        int port = FreePort.find();
        Asked settings = new Asked(
                OutgoingUrl.parse("http://127.0.0.1:" + port + "/").orElseThrow(),
                Optional.empty(),
                config(600_000),
                1,
                1,
                Optional.empty());
        try (AskedService<Integer, Integer> asked = new AskedService<>(
                vertx, service, settings, metrics, (status, body) -> Optional.of(status), why -> {}, () -> 0)) {
            metrics.watch(service, asked::position);
            for (String user : List.of("ann", "ben")) {
                assertScraped("portcullis_breaker_state", service, "0.0");
                asked.ask(1, new UserId(user), () -> new byte[0]).await(30, TimeUnit.SECONDS);
            }
            assertScraped("portcullis_breaker_state", service, "2.0");
            vertx.createHttpServer()
                    .requestHandler(request -> request.response().end("ok"))
                    .listen(port, "127.0.0.1")
                    .await(30, TimeUnit.SECONDS);
            asked.ask(1, new UserId("ann"), () -> new byte[0]).await(30, TimeUnit.SECONDS);
            assertScraped("portcullis_breaker_state", service, "0.0");
        }
    }

    private record Asked(
            OutgoingUrl url,
            Optional<Secret> secret,
            OutgoingConfig bounds,
            int remembered,
            long rememberMs,
            Optional<String> ca)
            implements AskedService.Settings {}

    /** @param openMs for how long no call is made after two failures */
    private static OutgoingConfig config(long openMs) {
        return new OutgoingConfig(10_000, 1_000, 10, 10, Set.of(), new CircuitBreaker.Config(2, 2, openMs, openMs));
    }

    /** The breaker of this target is shown from now on, and has two failures: no server listens. */
    private OutgoingTarget failing(OutgoingService service, int port, OutgoingConfig config, OutgoingHttp http)
            throws Exception {
        OutgoingTarget target = new OutgoingTarget(
                service, OutgoingUrl.parse("http://127.0.0.1:" + port + "/").orElseThrow(), config, metrics);
        metrics.watch(service, target::position);
        for (int i = 0; i < 2; i++) {
            http.send(target, GET).await(30, TimeUnit.SECONDS);
        }
        return target;
    }

    @Test
    void error_of_the_service_is_a_failure_and_its_refusal_is_none() throws Exception {
        OutgoingConfig config = OutgoingConfig.STANDARD;
        try (OutgoingHttp http = OutgoingHttp.open(vertx, config)) {
            for (int status : new int[] {500, 404}) {
                try (NastyServer server = NastyServer.answering(
                        "HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")) {
                    OutgoingUrl url = OutgoingUrl.parse("http://127.0.0.1:" + server.port() + "/")
                            .orElseThrow();
                    http.send(new OutgoingTarget(OutgoingService.KEYS, url, config, metrics), GET)
                            .await(30, TimeUnit.SECONDS);
                }
            }
        }
        assertScraped("portcullis_outgoing_failures_total", OutgoingService.KEYS, "1.0");
        assertScraped("portcullis_outgoing_seconds_count", OutgoingService.KEYS, "2");
    }

    private void assertScraped(String name, OutgoingService service, String value) {
        assertThat(scraped(name, service, value))
                .as("%s of %s is %s:%n%s", name, service, value, registry.scrape())
                .isTrue();
    }

    private boolean scraped(String name, OutgoingService service, String value) {
        String line = name + "{service=\"" + service.id() + "\"} " + value;
        return registry.scrape().lines().anyMatch(line::equals);
    }
}
