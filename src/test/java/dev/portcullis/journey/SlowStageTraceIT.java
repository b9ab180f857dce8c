package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.SplitServer;
import dev.portcullis.kit.TraceCollector;
import dev.portcullis.kit.TraceCollector.TracedSpan;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Two nodes, one with the clients and one with the other stages, and an application that is asked by one of these. An operator
 * finds by a trace what is slow, and on which node.
 */
@ExtendWith(VertxExtension.class)
class SlowStageTraceIT {
    private static final long SLOW_MS = 700;
    private static final long LATE_MS = 3_000;
    private static final String SECRET = "a-secret-of-the-application-32-bytes-and-more";

    private static final AtomicLong CONTENT_MS = new AtomicLong(1);
    private static final AtomicLong ROOMS_MS = new AtomicLong(1);

    private static TraceCollector collector;
    private static SplitServer site;

    @BeforeAll
    static void open(Vertx vertx) throws Exception {
        HttpServer application = vertx.createHttpServer()
                .requestHandler(request -> vertx.timer(
                                (request.path().equals("/content") ? CONTENT_MS : ROOMS_MS).get(),
                                TimeUnit.MILLISECONDS)
                        .onSuccess(any -> request.response()
                                .putHeader("Content-Type", "application/json")
                                .end("{\"action\":\"allow\"}")))
                .listen(0, "127.0.0.1")
                .await(30, TimeUnit.SECONDS);
        String url = "http://127.0.0.1:" + application.actualPort();
        collector = TraceCollector.open();
        site = SplitServer.start(
                "tracing.enabled=true",
                "tracing.oneIn=1",
                "tracing.endpoint=" + collector.endpoint(),
                "content.hook.url=" + url + "/content",
                "content.hook.secret=" + SECRET,
                "content.hook.deadlineMs=1300",
                "rooms.authorizer.http.url=" + url + "/rooms",
                "rooms.authorizer.http.secret=" + SECRET,
                "rooms.authorizer.http.deadlineMs=1300",
                "bus.deadlineMs=1400",
                "broadcast.publishTimeoutMs=1900");
    }

    @AfterAll
    static void close() {
        site.close();
        collector.close();
    }

    @Test
    void slow_moderation_is_what_the_trace_of_a_chat_names_over_both_nodes() {
        AtomicInteger sent = new AtomicInteger();
        try (ChatPeer ann = site.enter("ann");
                ChatPeer ben = site.enter("ben")) {
            ann.join("lobby");
            ben.join("lobby");
            CONTENT_MS.set(SLOW_MS);
            assertThat(Await.until(() -> {
                        ann.say("lobby", "hello", "m" + sent.incrementAndGet());
                        return slow("frame chat", "broadcast/publish", "deliver")
                                .isPresent();
                    }))
                    .as(collector.spans().toString())
                    .isTrue();
        } finally {
            CONTENT_MS.set(1);
        }
        List<TracedSpan> trace =
                slow("frame chat", "broadcast/publish", "deliver").orElseThrow();
        TracedSpan root = one(trace, "frame chat", "SERVER");
        TracedSpan stage = one(trace, "broadcast/publish", "SERVER");
        assertThat(stage.node()).isNotEqualTo(root.node());
        assertThat(slowest(trace).node()).isEqualTo(stage.node());
        TracedSpan hint = one(trace, "process edge/carry", "CONSUMER");
        assertThat(hint.node()).as("the members' node").isEqualTo(root.node());
        assertThat(one(trace, "deliver", "INTERNAL").parent()).isEqualTo(hint.id());
        assertThat(trace.stream().filter(span -> span.name().equals("append")))
                .as("one asks whether the message is known, before the moderation is asked")
                .hasSize(2)
                .allMatch(span ->
                        span.node().equals(stage.node()) && span.parent().equals(stage.id()));
    }

    /** The worst case of a slow service: no frame waits for its answer any more, and the trace must still name it. */
    @Test
    void moderation_that_does_not_answer_in_time_is_what_the_trace_of_a_chat_names() {
        try (ChatPeer ann = site.enter("ann-without-answer")) {
            ann.join("lobby");
            CONTENT_MS.set(LATE_MS);
            ann.send(new JsonObject()
                    .put("type", "chat")
                    .put("roomId", "lobby")
                    .put("content", "hello")
                    .put("id", "late-1"));
            assertThat(Await.until(() -> slow("frame chat", "broadcast/publish", "POST").stream()
                            .flatMap(List::stream)
                            .anyMatch(span -> span.name().equals("POST")
                                    && "timed_out".equals(span.attributes().get("error.type")))))
                    .as(collector.spans().toString())
                    .isTrue();
        } finally {
            CONTENT_MS.set(1);
        }
    }

    @Test
    void slow_authorizer_is_what_the_trace_of_a_join_names() {
        AtomicInteger joined = new AtomicInteger();
        try (ChatPeer ann = site.enter("ann")) {
            ROOMS_MS.set(SLOW_MS);
            assertThat(Await.until(() -> {
                        ann.join("of-the-application-" + joined.incrementAndGet());
                        return slow("frame join", "rooms/authorize", "POST").isPresent();
                    }))
                    .as(collector.spans().toString())
                    .isTrue();
        } finally {
            ROOMS_MS.set(1);
        }
    }

    /**
     * A whole trace with this root and step, in which the slowest is the call that this stage made. A busy machine may make another
     * step of a trace slower still, as it may for an operator, who looks at the next one.
     */
    private static Optional<List<TracedSpan>> slow(String root, String stage, String step) {
        return collector.spans().stream()
                .filter(span -> span.name().equals(step))
                .map(span -> collector.trace(span.trace()))
                .filter(trace -> complete(trace, root))
                .filter(trace -> slowest(trace).name().equals("POST")
                        && trace.stream()
                                .anyMatch(
                                        span -> span.id().equals(slowest(trace).parent())
                                                && span.name().equals(stage)
                                                && span.kind().equals("SERVER")))
                .findFirst();
    }

    private static boolean complete(List<TracedSpan> trace, String root) {
        List<String> ids = trace.stream().map(TracedSpan::id).toList();
        return trace.stream().anyMatch(span -> span.isRoot() && span.name().equals(root))
                && trace.stream().allMatch(span -> span.isRoot() || ids.contains(span.parent()));
    }

    private static TracedSpan one(List<TracedSpan> trace, String name, String kind) {
        List<TracedSpan> found = trace.stream()
                .filter(span -> span.name().equals(name) && span.kind().equals(kind))
                .toList();
        assertThat(found).as("%s in %s", name, trace).hasSize(1);
        return found.get(0);
    }

    /** The span that takes the most time of its own: what its children took is theirs. */
    private static TracedSpan slowest(List<TracedSpan> trace) {
        return trace.stream()
                .max(Comparator.comparingLong(span -> span.nanos()
                        - trace.stream()
                                .filter(child -> child.parent().equals(span.id()))
                                .mapToLong(TracedSpan::nanos)
                                .sum()))
                .orElseThrow();
    }
}
