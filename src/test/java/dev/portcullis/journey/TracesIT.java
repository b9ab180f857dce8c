package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import dev.portcullis.audit.Audit;
import dev.portcullis.audit.logging.TextEncoder;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.TraceCollector;
import dev.portcullis.kit.TraceCollector.TracedSpan;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The traces of one node, each frame and each call sampled. */
class TracesIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String OF_A_STRANGER = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String OF_A_CALLER = "0af7651916cd43dd8448eb211c80319c";
    private static final String TRACEPARENT = parent(OF_A_STRANGER);
    private static final Pattern EXEMPLAR =
            Pattern.compile("portcullis_publish_seconds_bucket\\{.*} .* # \\{.*trace_id=\"([0-9a-f]{32})\".*");

    private static TraceCollector collector;
    private static TestNode node;

    @BeforeAll
    static void open() {
        collector = TraceCollector.open();
        node = node("tracing.followCallers=false");
    }

    private static TestNode node(String set) {
        return TestNode.generous(
                "stages.edge=2",
                "tracing.enabled=true",
                "tracing.endpoint=" + collector.endpoint(),
                "tracing.oneIn=1",
                set);
    }

    @AfterAll
    static void close() {
        node.close();
        collector.close();
    }

    @Test
    void chat_is_one_trace_from_the_socket_to_the_members() {
        try (ChatPeer ann = node.enter("ann");
                ChatPeer ben = node.enter("ben")) {
            ann.join("lobby");
            ben.join("lobby");
            ann.say("lobby", "hello", "1");
            ben.next("chat");
            String trace = collector.await("deliver").trace();
            assertThat(Await.until(() -> names(trace).contains("frame chat"))).isTrue();
            assertThat(names(trace))
                    .contains(
                            "frame chat",
                            "ratelimit/admit",
                            "rooms/authorize",
                            "broadcast/publish",
                            "append",
                            "send edge/carry",
                            "process edge/carry",
                            "deliver");
            List<TracedSpan> spans = collector.trace(trace);
            List<String> ids = spans.stream().map(TracedSpan::id).toList();
            assertThat(spans.stream().filter(TracedSpan::isRoot))
                    .singleElement()
                    .extracting(TracedSpan::name)
                    .isEqualTo("frame chat");
            assertThat(spans).allMatch(span -> span.isRoot() || ids.contains(span.parent()));
            assertThat(spans.stream().filter(span -> span.name().equals("deliver")))
                    .as("one for the node, not for each member or event loop")
                    .hasSize(1);
        }
    }

    @Test
    void trace_holds_no_name_of_a_user_or_a_room_no_content_and_no_token() throws Exception {
        String token = node.token("wilhelmina", "team-*");
        try (ChatPeer user = node.enter("wilhelmina", "team-*")) {
            user.join("team-unspoken");
            user.say("team-unspoken", "confidential", "unique-key");
            user.send(new JsonObject().put("type", "join").put("roomId", "elsewhere-unspoken"));
            user.next("error");
        }
        call(node.http("/api/rooms/team-unspoken?limit=unspoken"), "Bearer " + token, TRACEPARENT);
        Await.until(() ->
                collector.spans().stream().anyMatch(span -> span.attributes().containsKey("portcullis.refusal")));
        Await.until(
                () -> collector.spans().stream().anyMatch(span -> span.name().startsWith("GET /api/")));
        assertThat(collector.spans().toString())
                .contains("portcullis.refusal=not_member", "http.route=/api/rooms/{")
                .doesNotContain("wilhelmina", "unspoken", "confidential", "unique-key", token);
    }

    @Test
    void trace_of_a_stranger_is_neither_continued_nor_echoed() throws Exception {
        HttpResponse<String> answer = call(node.http("/api/rooms/lobby"), "Bearer " + node.token("ann"), TRACEPARENT);
        assertThat(Await.until(() -> collector.spans().stream()
                        .anyMatch(span -> span.isRoot() && span.name().equals("GET /api/rooms/{roomId}"))))
                .isTrue();
        assertThat(collector.trace(OF_A_STRANGER)).isEmpty();
        assertThat(answer.headers().map().toString()).doesNotContain(OF_A_STRANGER);
        assertThat(answer.headers().firstValue("traceparent")).isEmpty();
    }

    @Test
    void trace_of_a_caller_is_continued_if_configured() throws Exception {
        try (TestNode trusting = node("tracing.followCallers=true")) {
            call(trusting.http("/api/rooms/lobby"), "Bearer " + trusting.token("ann"), parent(OF_A_CALLER));
            assertThat(Await.until(() -> names(OF_A_CALLER).contains("GET /api/rooms/{roomId}")))
                    .isTrue();
        }
    }

    @Test
    void exemplar_of_a_publish_leads_to_its_trace() throws Exception {
        try (ChatPeer ann = node.enter("ann")) {
            ann.join("lobby");
            ann.say("lobby", "hello", "2");
        }
        String operator = "Bearer " + node.token("operator", Role.ADMIN, Duration.ofMinutes(10));
        HttpResponse<String> asked = HTTP.send(
                HttpRequest.newBuilder(node.admin("/metrics"))
                        .header("Authorization", operator)
                        .header("Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.4")
                        .build(),
                BodyHandlers.ofString());
        assertThat(asked.headers().firstValue("Content-Type").orElseThrow())
                .startsWith("application/openmetrics-text; version=1.0.0");
        String trace = asked.body()
                .lines()
                .map(EXEMPLAR::matcher)
                .filter(Matcher::matches)
                .map(found -> found.group(1))
                .findFirst()
                .orElseThrow(() -> new AssertionError(asked.body()));
        assertThat(Await.until(() -> names(trace).contains("frame chat"))).isTrue();
        HttpResponse<String> plain = call(node.admin("/metrics"), operator, TRACEPARENT);
        assertThat(plain.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(plain.body()).contains("portcullis_trace_spans_sent_total").doesNotContain("trace_id");
    }

    @Test
    void log_line_of_a_traced_frame_names_the_trace() {
        OutputStreamAppender<ILoggingEvent> lines = new OutputStreamAppender<>();
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        Logger log = (Logger) LoggerFactory.getLogger(Audit.class);
        TextEncoder encoder = new TextEncoder();
        encoder.start();
        lines.setContext(log.getLoggerContext());
        lines.setEncoder(encoder);
        lines.setOutputStream(written);
        lines.start();
        log.addAppender(lines);
        try (ChatPeer cleo = node.enter("cleo")) {
            cleo.send(new JsonObject().put("type", "join").put("roomId", "elsewhere"));
            cleo.next("error");
            Pattern line = Pattern.compile("ws\\.authz\\.denied.*traceId=([0-9a-f]{32})");
            assertThat(Await.until(() -> line.matcher(text(written)).find()))
                    .as(text(written))
                    .isTrue();
            Matcher found = line.matcher(text(written));
            assertThat(found.find()).isTrue();
            assertThat(Await.until(() -> names(found.group(1)).contains("frame join")))
                    .isTrue();
        } finally {
            log.detachAppender(lines);
        }
    }

    private static String parent(String trace) {
        return "00-" + trace + "-00f067aa0ba902b7-01";
    }

    private static String text(ByteArrayOutputStream written) {
        return written.toString(StandardCharsets.UTF_8);
    }

    private static List<String> names(String trace) {
        return collector.trace(trace).stream().map(TracedSpan::name).collect(Collectors.toList());
    }

    private static HttpResponse<String> call(URI uri, String authorization, String traceparent) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(uri)
                        .header("Authorization", authorization)
                        .header("traceparent", traceparent)
                        .build(),
                BodyHandlers.ofString());
    }
}
