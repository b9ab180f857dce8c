package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.audit.Audit;
import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.certificate.CertificatesConfig;
import dev.portcullis.auth.token.IssuerConfig;
import dev.portcullis.auth.token.TokenConfig;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.config.Secret;
import dev.portcullis.edge.WarmUp;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import io.vertx.core.Future;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A node runs the path of a handshake before the first client connects, without a trace in metrics and log. */
class WarmUpIT {
    private static final List<String> TRACES = List.of(
            "portcullis_connections_opened_total",
            "portcullis_connection_slots",
            "portcullis_pending_connections",
            "portcullis_handshakes_refused_total",
            "portcullis_auth_failures_total",
            "portcullis_sessions",
            "portcullis_frames_total",
            "portcullis_connections_closed_total",
            "portcullis_outbox_bytes",
            "portcullis_buffered_bytes ");

    private static final int TRIES = 5;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        logger(WarmUp.class).setLevel(Level.DEBUG);
        Stream.of(WarmUp.class, Audit.class).forEach(each -> logger(each).addAppender(log));
    }

    @AfterEach
    void stopListening() {
        Stream.of(WarmUp.class, Audit.class).forEach(each -> logger(each).detachAppender(log));
        logger(WarmUp.class).setLevel(null);
    }

    @Test
    void node_with_an_edge_has_finished_its_warm_up_when_it_is_ready() {
        try (TestNode node = warm()) {
            assertThat(events().filter(event -> event.startsWith("node."))).containsExactly("node.warm", "node.start");
            assertThat(node.port()).isPositive();
        }
    }

    @Test
    void warm_up_changes_no_metric() throws Exception {
        try (TestNode node = warm()) {
            assertThat(events()).contains("node.warm");
            List<String> counted = scrape(node)
                    .lines()
                    .filter(line -> TRACES.stream().anyMatch(line::startsWith))
                    .toList();
            assertThat(counted).hasSizeGreaterThanOrEqualTo(TRACES.size()).allMatch(line -> line.endsWith(" 0.0"));
        }
    }

    @Test
    void failed_warm_up_ends_and_does_not_fail_the_start() throws Exception {
        NodeConfig node = ConfigFile.load(Path.of("conf/dev.json"), TestNode.HERE, Map.of(), NodeConfigReader::read)
                .fold(good -> good.value(), bad -> {
                    throw new AssertionError(bad.problems().toString());
                });
        IssuerConfig keyless =
                new IssuerConfig(Set.of(), new Secret(""), Optional.empty(), Optional.empty(), "", Role.ADMIN, true);
        AuthConfig auth = new AuthConfig(
                Set.of(),
                AuthConfig.RejectWith.CLOSE,
                10_000,
                "__Host-portcullis_token",
                new TokenConfig(List.of(keyless), 86_400_000, 2_000, 256, 1_000, 1 << 20),
                60_000,
                CertificatesConfig.off(),
                false);
        Future<Boolean> warm = WarmUp.begin(node.http(), node.edge().socket(), auth);
        assertThat(warm.await(60, TimeUnit.SECONDS)).isFalse();
        assertThat(events()).containsExactly("node.cold");
    }

    private Stream<String> events() {
        return List.copyOf(log.list).stream()
                .flatMap(line -> line.getKeyValuePairs().stream())
                .filter(pair -> pair.key.equals("event"))
                .map(pair -> String.valueOf(pair.value));
    }

    /** A machine that pauses longer than a step of the warm-up may take starts a cold node, and then another. */
    private TestNode warm() {
        for (int i = 1; i < TRIES; i++) {
            TestNode node = TestNode.generous();
            if (events().anyMatch("node.warm"::equals)) {
                return node;
            }
            node.close();
            log.list.clear();
        }
        return TestNode.generous();
    }

    private static String scrape(TestNode node) throws Exception {
        String token = node.token("operator", Role.ADMIN, Duration.ofMinutes(10));
        HttpRequest request = HttpRequest.newBuilder(node.admin("/metrics"))
                .header("Authorization", "Bearer " + token)
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }

    private static Logger logger(Class<?> of) {
        return (Logger) LoggerFactory.getLogger(of);
    }
}
