package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.portcullis.audit.Audit;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Metrics and log lines of a node with clients. */
class NodeMetricsIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final ListAppender<ILoggingEvent> LOG = new ListAppender<>();

    private static TestNode node;
    private static String token;

    @BeforeAll
    static void open() {
        LOG.start();
        ((Logger) LoggerFactory.getLogger(Audit.class)).addAppender(LOG);
        node = TestNode.generous("stages.edge=2");
        token = node.token("operator", Role.ADMIN, Duration.ofMinutes(10));
        try (ChatPeer ann = node.enter("ann", "team-*")) {
            ann.join("lobby");
            ann.say("lobby", "hello", "1");
            ann.next("chat");
            ann.join("team-red");
            ann.send(new JsonObject().put("type", "history").put("roomId", "lobby"));
            ann.next("history");
            try (ChatPeer ben = node.enter("ben")) {
                ben.send(new JsonObject().put("type", "join").put("roomId", "private"));
                ben.next("error");
            }
            try (ChatPeer cleo = node.enter("cleo")) {
                cleo.send(new JsonObject()
                        .put("type", "chat")
                        .put("roomId", "elsewhere")
                        .put("content", "hush"));
                cleo.next("error");
            }
        }
    }

    @AfterAll
    static void close() {
        node.close();
        ((Logger) LoggerFactory.getLogger(Audit.class)).detachAppender(LOG);
    }

    @ParameterizedTest
    @ValueSource(strings = {"auth", "ratelimit", "rooms", "broadcast"})
    void requests_to_each_stage_are_timed(String stage) {
        assertThat(value("portcullis_bus_request_seconds_count{stage=\"" + stage + "\"}"))
                .isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"commit", "read"})
    void store_operations_are_timed(String operation) {
        assertThat(value("portcullis_store_seconds_count{operation=\"" + operation + "\"}"))
                .isPositive();
        assertThat(value("portcullis_store_seconds_sum{operation=\"" + operation + "\"}"))
                .isPositive();
    }

    @Test
    void rooms_with_members_are_counted_once_over_all_event_loops() {
        List<JdkPeer> peers =
                IntStream.range(0, 4).mapToObj(i -> node.enter("member-" + i)).toList();
        peers.forEach(peer -> peer.join("lobby"));
        peers.get(0).join("room-1");
        assertThat(Await.until(() -> value("portcullis_rooms") == 2)).isTrue();
        peers.forEach(JdkPeer::close);
        assertThat(Await.until(() -> value("portcullis_rooms") == 0))
                .as("without members, although their streams are followed for a while")
                .isTrue();
    }

    @Test
    void sampled_metrics_exist_from_the_start() {
        assertThat(Await.until(() -> value("portcullis_outbox_bytes") == 0))
                .as("after the connections of earlier tests have ended")
                .isTrue();
        assertThat(value("portcullis_connection_message_rate{statistic=\"mean\"}"))
                .isNotNegative();
        assertThat(value("portcullis_connection_message_rate{statistic=\"p99\"}"))
                .isNotNegative();
    }

    @Test
    void refused_handshake_is_counted_and_logged_once() {
        try (RawPeer stranger = RawPeer.to(node.port())) {
            assertThat(stranger.upgrade("Origin: https://evil.example").status())
                    .isEqualTo(403);
        }
        assertThat(Await.until(() -> value("portcullis_handshakes_refused_total{reason=\"origin\"}") == 1))
                .isTrue();
        assertThat(Await.until(() -> !logged("ws.handshake.refused").isEmpty())).isTrue();
        assertThat(logged("ws.handshake.refused")).hasSize(1);
    }

    @Test
    void handshake_with_an_invalid_token_counts_as_auth_failure_and_not_as_refused_handshake() {
        try (ChatPeer stranger = JdkPeer.withToken(node.ws(), "not.a.token")) {
            assertThat(stranger.ended()).isEqualTo(1008);
        }
        assertThat(Await.until(() -> value("portcullis_auth_failures_total{reason=\"invalid_token\"}") == 1))
                .isTrue();
        assertThat(value("portcullis_handshakes_refused_total{reason=\"unauthorized\"}"))
                .isZero();
        assertThat(Await.until(() -> !logged("ws.auth.failure").isEmpty())).isTrue();
        assertThat(logged("ws.auth.failure"))
                .singleElement()
                .satisfies(line -> assertThat(line.getKeyValuePairs())
                        .as("the defect is sent over the bus")
                        .anyMatch(pair -> pair.key.equals("detail") && "malformed".equals(pair.value)));
    }

    @Test
    void denied_action_is_logged_with_its_room_and_user() {
        assertThat(Await.until(() -> logged("ws.authz.denied").size() >= 2)).isTrue();
        assertThat(logged("ws.authz.denied"))
                .extracting(line -> line.getKeyValuePairs().stream()
                        .filter(pair -> List.of("action", "resource", "reason", "userId")
                                .contains(pair.key))
                        .map(pair -> pair.key + "=" + pair.value)
                        .sorted()
                        .toList())
                .contains(
                        List.of("action=join", "reason=not_member", "resource=private", "userId=ben"),
                        List.of("action=chat", "reason=not_member", "resource=elsewhere", "userId=cleo"));
    }

    @Test
    void each_log_line_names_its_node() {
        assertThat(((LoggerContext) LoggerFactory.getILoggerFactory()).getProperty("node"))
                .matches("[A-Za-z0-9.-]+-[0-9a-z]{4}");
    }

    private static List<ILoggingEvent> logged(String event) {
        return List.copyOf(LOG.list).stream()
                .filter(line -> line.getKeyValuePairs().stream()
                        .anyMatch(pair -> pair.key.equals("event") && event.equals(pair.value)))
                .toList();
    }

    private static double value(String series) {
        List<String> found =
                scrape().lines().filter(line -> line.startsWith(series + " ")).toList();
        assertThat(found).as(series).hasSize(1);
        return Double.parseDouble(found.get(0).substring(series.length() + 1));
    }

    private static String scrape() {
        HttpRequest request = HttpRequest.newBuilder(node.admin("/metrics"))
                .header("Authorization", "Bearer " + token)
                .build();
        try {
            HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            return answer.body();
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }
}
