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

/** What an operator sees of a node at work, over its admin listener. */
class MeasuredNodeTest {
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
    void every_stage_that_is_asked_shows_how_long_it_takes(String stage) {
        assertThat(value("portcullis_bus_request_seconds_count{stage=\"" + stage + "\"}"))
                .isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"commit", "read"})
    void the_store_shows_how_long_it_takes(String operation) {
        assertThat(value("portcullis_store_seconds_count{operation=\"" + operation + "\"}"))
                .isPositive();
        assertThat(value("portcullis_store_seconds_sum{operation=\"" + operation + "\"}"))
                .isPositive();
    }

    @Test
    void the_rooms_that_have_members_are_counted_over_all_event_loops_and_each_once() {
        List<JdkPeer> peers =
                IntStream.range(0, 4).mapToObj(i -> node.enter("member-" + i)).toList();
        peers.forEach(peer -> peer.join("lobby"));
        peers.get(0).join("room-1");
        assertThat(Await.until(() -> value("portcullis_rooms") == 2)).isTrue();
        peers.forEach(JdkPeer::close);
        assertThat(Await.until(() -> value("portcullis_rooms") == 0))
                .as("though they stay carried for a while")
                .isTrue();
    }

    @Test
    void what_is_taken_now_and_then_is_there_from_the_start() {
        assertThat(Await.until(() -> value("portcullis_outbox_bytes") == 0))
                .as("once those who left are forgotten")
                .isTrue();
        assertThat(value("portcullis_connection_message_rate{statistic=\"mean\"}"))
                .isNotNegative();
        assertThat(value("portcullis_connection_message_rate{statistic=\"p99\"}"))
                .isNotNegative();
    }

    @Test
    void a_handshake_that_is_refused_is_counted_and_written_down_once() {
        try (RawPeer stranger = RawPeer.to(node.port())) {
            assertThat(stranger.upgrade("Origin: https://evil.example").status())
                    .isEqualTo(403);
        }
        assertThat(Await.until(() -> value("portcullis_handshakes_refused_total{reason=\"origin\"}") == 1))
                .isTrue();
        assertThat(Await.until(() -> !written("ws.handshake.refused").isEmpty()))
                .isTrue();
        assertThat(written("ws.handshake.refused")).hasSize(1);
    }

    @Test
    void a_handshake_with_a_bad_token_is_one_auth_failure_and_no_refused_handshake() {
        try (ChatPeer stranger = JdkPeer.withToken(node.ws(), "not.a.token")) {
            assertThat(stranger.ended()).isEqualTo(1008);
        }
        assertThat(Await.until(() -> value("portcullis_auth_failures_total{reason=\"invalid_token\"}") == 1))
                .isTrue();
        assertThat(value("portcullis_handshakes_refused_total{reason=\"unauthorized\"}"))
                .isZero();
        assertThat(Await.until(() -> !written("ws.auth.failure").isEmpty())).isTrue();
        assertThat(written("ws.auth.failure"))
                .singleElement()
                .satisfies(line -> assertThat(line.getKeyValuePairs())
                        .as("the defect crosses the bus")
                        .anyMatch(pair -> pair.key.equals("detail") && "malformed".equals(pair.value)));
    }

    @Test
    void what_was_not_permitted_is_written_down_with_what_was_asked_for_and_where() {
        assertThat(written("ws.authz.denied"))
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
    void each_line_of_the_log_says_which_node_it_is_from() {
        assertThat(((LoggerContext) LoggerFactory.getILoggerFactory()).getProperty("node"))
                .matches("[A-Za-z0-9.-]+-[0-9a-z]{4}");
    }

    private static List<ILoggingEvent> written(String event) {
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
