package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.FrameAsker;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.protocol.FrameType;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metrics of a running node, and access to them. */
class MetricsIT {
    @TempDir
    static Path folder;

    private static ForkedNode node;

    @BeforeAll
    static void start() throws Exception {
        node = ForkedNode.start(ForkedNode.configIn(folder));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void session_changes_the_metrics_of_the_protocol_page() throws Exception {
        try (ChatPeer ann = node.enter("ann");
                ChatPeer ben = node.enter("ben")) {
            FrameAsker anns = new FrameAsker(ann);
            FrameAsker bens = new FrameAsker(ben);
            JsonObject join = new JsonObject().put("type", "join").put("roomId", "lobby");
            assertThat(anns.outcome(FrameType.JOIN, join)).isEqualTo("joined");
            assertThat(bens.outcome(FrameType.JOIN, join)).isEqualTo("joined");
            assertThat(anns.outcome(
                            FrameType.CHAT,
                            new JsonObject()
                                    .put("type", "chat")
                                    .put("roomId", "lobby")
                                    .put("content", "hello")))
                    .isEqualTo("ack");
            ben.next("chat");
            int joins = sent(anns, "join") + sent(bens, "join");
            int chats = sent(anns, "chat");
            ann.send(new JsonObject().put("type", "unheard-of"));
            ann.next("error");
            try (RawPeer foreign = RawPeer.to(node.port())) {
                foreign.upgrade("Origin: https://evil.example");
            }
            assertThat(Await.until(() -> counted("portcullis_sessions") == 2))
                    .as("sampled once a second")
                    .isTrue();
            assertThat(Await.until(() -> counted("portcullis_handshakes_refused_total{reason=\"origin\"}") > 0
                            && counted("portcullis_delivery_seconds_count") > 0))
                    .as("counted after it was written")
                    .isTrue();
            String metrics = metrics();
            assertThat(value(metrics, "portcullis_connections")).isEqualTo(2);
            assertThat(value(metrics, "portcullis_connections_opened_total")).isGreaterThanOrEqualTo(2);
            assertThat(value(metrics, "portcullis_frames_total{type=\"join\"}")).isEqualTo(joins);
            assertThat(value(metrics, "portcullis_frames_total{type=\"chat\"}")).isEqualTo(chats);
            assertThat(value(metrics, "portcullis_refusals_total{reason=\"unknown_type\"}"))
                    .isEqualTo(1);
            assertThat(value(metrics, "portcullis_refusals_total{reason=\"internal\"}"))
                    .isZero();
            assertThat(value(metrics, "portcullis_handshakes_refused_total{reason=\"origin\"}"))
                    .isEqualTo(1);
            assertThat(value(metrics, "portcullis_publish_seconds_count")).isBetween(1.0, (double) chats);
            assertThat(value(metrics, "portcullis_delivery_seconds_count")).isPositive();
            assertThat(metrics)
                    .contains(
                            "portcullis_auth_failures_total{",
                            "portcullis_connection_message_rate{",
                            "portcullis_heartbeat_terminations_total ",
                            "portcullis_outbox_bytes ",
                            "portcullis_slow_reader_closes_total ",
                            "jvm_memory_used_bytes{",
                            "process_uptime_seconds ")
                    .as("no label carries a user, an address or a room")
                    .doesNotContain("\"ann\"", "127.0.0.1", "lobby");
        }
    }

    @Test
    void metrics_without_the_key_are_refused() throws Exception {
        assertThat(node.admin("/metrics").statusCode()).isEqualTo(401);
        assertThat(node.admin("/metrics", "Authorization", "Bearer nearly-the-right-key")
                        .statusCode())
                .isEqualTo(401);
        assertThat(node.admin("/health/ready").statusCode()).isEqualTo(200);
        assertThat(node.admin("/health/live").statusCode()).isEqualTo(200);
    }

    /** DNS rebinding (CWE-350) and requests across sites (CWE-352). */
    @Test
    void request_of_a_foreign_page_is_refused_even_with_the_key() throws Exception {
        String key = "Authorization: Bearer " + ForkedNode.API_KEY;
        for (List<String> headers : List.of(
                List.of("Host: evil.example", key),
                List.of("Host: 127.0.0.1", "Origin: https://evil.example", key),
                List.of("Host: 127.0.0.1", "Sec-Fetch-Site: cross-site", key))) {
            try (RawPeer page = RawPeer.to(node.adminPort())) {
                RawPeer.Reply reply =
                        page.request("GET /metrics HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\n\r\n");
                assertThat(reply.status()).isEqualTo(403);
                assertThat(reply.body()).doesNotContain("portcullis_");
            }
        }
    }

    /** More than one frame where a busy machine answered late. */
    private static int sent(FrameAsker asker, String type) {
        return asker.sent().getOrDefault(type, 0);
    }

    private static String metrics() throws Exception {
        HttpResponse<String> answer = node.admin("/metrics", "Authorization", "Bearer " + ForkedNode.API_KEY);
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    private static double counted(String series) {
        try {
            return value(metrics(), series);
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    private static double value(String metrics, String series) {
        Matcher line =
                Pattern.compile("(?m)^" + Pattern.quote(series) + " (\\S+)$").matcher(metrics);
        assertThat(line.find()).as(series).isTrue();
        return Double.parseDouble(line.group(1));
    }
}
