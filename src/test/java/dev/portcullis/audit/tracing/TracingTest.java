package dev.portcullis.audit.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.management.ThreadMXBean;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.CountedMetrics;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.SelfSigned;
import dev.portcullis.kit.TraceCollector;
import dev.portcullis.kit.TraceCollector.Manner;
import dev.portcullis.kit.TraceCollector.TracedSpan;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

@ExtendWith(VertxExtension.class)
class TracingTest {
    private static final long NEVER_IN_A_TEST_MS = 30_000;

    private final CountedMetrics counted = new CountedMetrics();

    private Tracing open(String endpoint, Map<String, Object> values) {
        Map<String, Object> all = new HashMap<>(values);
        all.put("endpoint", endpoint);
        TracingConfig config = TracingConfig.read(Section.root(all, new ConfigReading(Map.of(), Path.of("."))));
        return Tracing.open(config, "node-1", "1.0", counted.metrics());
    }

    private static Future<String> frame(Tracing tracing, Context loop, Supplier<Future<String>> work) {
        Promise<String> done = Promise.promise();
        loop.runOnContext(
                any -> tracing.begin(TracedStep.FRAME, loop, work, result -> {}).onComplete(done));
        return done.future();
    }

    private static void frames(Tracing tracing, Context loop, int count) {
        for (int i = 0; i < count; i++) {
            Await.done(frame(tracing, loop, () -> Future.succeededFuture("done")));
        }
    }

    @Test
    void sampled_work_is_traced_and_what_follows_is_not(Vertx vertx) {
        Context loop = vertx.getOrCreateContext();
        try (TraceCollector collector = TraceCollector.open();
                Tracing tracing = open(collector.endpoint(), Map.of("oneIn", 1L))) {
            Promise<List<Boolean>> seen = Promise.promise();
            loop.runOnContext(any -> tracing.begin(
                            TracedStep.FRAME,
                            loop,
                            () -> vertx.timer(1, TimeUnit.MILLISECONDS).map(waited -> ActiveSpan.current() != null),
                            during -> ActiveSpan.nameFrame("chat"))
                    .compose(during -> vertx.timer(1, TimeUnit.MILLISECONDS)
                            .map(later -> List.of(during, ActiveSpan.current() != null)))
                    .onComplete(seen));
            assertThat(Await.done(seen.future())).containsExactly(true, false);
            TracedSpan span = collector.await("frame chat");
            assertThat(span.isRoot()).isTrue();
            assertThat(span.node()).isEqualTo("node-1");
            assertThat(span.attributes()).containsEntry("portcullis.frame.type", "chat");
        }
    }

    /** {@code tracing.ca}: the authority of the file is believed, and instead of those of the JDK no other. */
    @Test
    void collector_is_believed_if_its_authority_is_named_and_gets_nothing_else(Vertx vertx) {
        Context loop = vertx.getOrCreateContext();
        SelfSigned certificate = SelfSigned.any();
        String path = certificate.certificate().toString();
        try (TraceCollector collector = TraceCollector.open(certificate.serving());
                Tracing strange = open(collector.endpoint(), Map.of("oneIn", 1L, "timeoutMs", NEVER_IN_A_TEST_MS))) {
            frames(strange, loop, 1);
            assertThat(Await.until(() -> counted.count(Metric.TRACE_SPANS_DROPPED) == 1))
                    .isTrue();
            assertThat(counted.count(Metric.TRACE_SPANS_SENT)).isZero();
            assertThat(collector.requests()).isZero();
            try (Tracing known = open(collector.endpoint(), Map.of("oneIn", 1L, "ca", path))) {
                frames(known, loop, 1);
                assertThat(collector.await(TracedStep.FRAME.id()).isRoot()).isTrue();
            }
        }
    }

    /** A client's next frame may begin while its last one is the work under way. */
    @Test
    void work_that_is_not_sampled_belongs_to_no_trace_that_is_active(Vertx vertx) {
        Context loop = vertx.getOrCreateContext();
        try (TraceCollector collector = TraceCollector.open();
                Tracing all = open(collector.endpoint(), Map.of("oneIn", 1L));
                Tracing few = open(collector.endpoint(), Map.of("oneIn", 1_000_000L))) {
            Future<String> result = frame(all, loop, () -> {
                assertThat(ActiveSpan.current()).isNotNull();
                return few.begin(
                        TracedStep.FRAME,
                        loop,
                        () -> Future.succeededFuture(ActiveSpan.current() == null ? "none" : "active"),
                        any -> {});
            });
            assertThat(Await.done(result)).isEqualTo("none");
        }
    }

    @Test
    void steps_are_children_and_a_part_ends_with_its_last(Vertx vertx) {
        Context loop = vertx.getOrCreateContext();
        try (TraceCollector collector = TraceCollector.open();
                Tracing tracing = open(collector.endpoint(), Map.of("oneIn", 1L))) {
            Await.done(frame(tracing, loop, () -> {
                ActiveSpan active = Objects.requireNonNull(ActiveSpan.current());
                Runnable written = active.begin(TracedStep.DELIVER, 2);
                written.run();
                ActiveSpan.carriedTo(loop).runOnContext(any -> written.run());
                return active.around(TracedStep.APPEND, () -> Future.succeededFuture("stored"));
            }));
            TracedSpan root = collector.await("frame");
            assertThat(List.of(collector.await("append"), collector.await("deliver")))
                    .allSatisfy(child -> {
                        assertThat(child.trace()).isEqualTo(root.trace());
                        assertThat(child.parent()).isEqualTo(root.id());
                    });
        }
    }

    @Test
    void failure_is_told_by_its_type_alone(Vertx vertx) {
        Context loop = vertx.getOrCreateContext();
        try (TraceCollector collector = TraceCollector.open();
                Tracing tracing = open(collector.endpoint(), Map.of("oneIn", 1L))) {
            Future<String> thrown = frame(tracing, loop, () -> {
                throw new IllegalStateException("what a client wrote");
            });
            assertThat(Await.until(thrown::isComplete)).isTrue();
            assertThat(thrown.cause()).isInstanceOf(IllegalStateException.class);
            TracedSpan span = collector.await("frame");
            assertThat(span.failed()).isTrue();
            assertThat(span.attributes()).containsEntry("error.type", "java.lang.IllegalStateException");
            assertThat(span.toString()).doesNotContain("what a client wrote");
        }
    }

    /** What each frame, question and delivery does on a node that does not trace. */
    @Test
    void look_into_an_empty_slot_allocates_nothing(Vertx vertx) {
        Context loop = vertx.getOrCreateContext();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Promise<Long> allocated = Promise.promise();
        loop.runOnContext(any -> {
            int traced = look(loop, 1_000); // loads what it needs
            long before = threads.getCurrentThreadAllocatedBytes();
            traced += look(loop, 100_000);
            long bytes = threads.getCurrentThreadAllocatedBytes() - before;
            allocated.complete(traced == 0 ? bytes : Long.MAX_VALUE);
        });
        assertThat(Await.done(allocated.future())).isLessThan(100_000); // less than a byte each
    }

    /** @return how often something was traced */
    private static int look(Context loop, int times) {
        int traced = 0;
        for (int i = 0; i < times; i++) {
            ActiveSpan.nameFrame("chat");
            ActiveSpan.nameCall("GET", "/ws");
            if (ActiveSpan.current() != null
                    || ActiveSpan.header() != null
                    || !ActiveSpan.carriedTo(loop).equals(loop)) {
                traced++;
            }
        }
        return traced;
    }

    @Test
    void headers_go_to_the_collector(Vertx vertx) {
        Context loop = vertx.getOrCreateContext();
        try (TraceCollector collector = TraceCollector.open();
                Tracing tracing = open(
                        collector.endpoint(),
                        Map.of("oneIn", 1L, "headers", Map.of("Authorization", "Bearer of-collector")))) {
            frames(tracing, loop, 1);
            collector.await("frame");
            assertThat(collector.authorizations()).contains("Bearer of-collector");
        }
    }

    @Test
    void what_waits_is_sent_at_the_end(Vertx vertx) {
        Context loop = vertx.getOrCreateContext();
        try (TraceCollector collector = TraceCollector.open()) {
            try (Tracing tracing = open(collector.endpoint(), Map.of("oneIn", 1L))) {
                frames(tracing, loop, 100);
            }
            assertThat(Await.until(() -> collector.spans().size() == 100)).isTrue();
            assertThat(Await.until(() -> counted.count(Metric.TRACE_SPANS_SENT) == 100))
                    .isTrue();
        }
    }

    @Test
    void spans_that_the_collector_refuses_are_counted_and_logged_once_in_ten_seconds(Vertx vertx) {
        Context loop = vertx.getOrCreateContext();
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(SpanOutlet.class);
        logger.addAppender(log);
        try (TraceCollector collector = TraceCollector.open(Manner.REFUSE);
                Tracing tracing = open(collector.endpoint(), Map.of("oneIn", 1L))) {
            frames(tracing, loop, 600); // more than a batch
            assertThat(Await.until(() -> counted.count(Metric.TRACE_SPANS_DROPPED) == 600))
                    .isTrue();
            assertThat(counted.count(Metric.TRACE_SPANS_SENT)).isZero();
            assertThat(tracing.waiting()).isZero();
            collector.become(Manner.TAKE);
            frames(tracing, loop, 1);
            assertThat(Await.until(() -> counted.count(Metric.TRACE_SPANS_SENT) == 1))
                    .isTrue();
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list)
                .hasSizeBetween(1, 2); // two requests: a machine may be so busy that ten seconds lie between
    }

    @Test
    void collector_that_is_not_there_costs_the_spans_only(Vertx vertx) {
        Context loop = vertx.getOrCreateContext();
        String nowhere = "http://127.0.0.1:" + FreePort.find() + "/v1/traces";
        try (Tracing tracing = open(nowhere, Map.of("oneIn", 1L))) {
            frames(tracing, loop, 10);
            assertThat(Await.until(() -> counted.count(Metric.TRACE_SPANS_DROPPED) == 10))
                    .isTrue();
        }
    }

    @Test
    void collector_that_hangs_holds_up_no_frame_and_no_end_and_bounds_what_waits(Vertx vertx) {
        Context loop = vertx.getOrCreateContext();
        try (TraceCollector collector = TraceCollector.open(Manner.HANG)) {
            Tracing tracing =
                    open(collector.endpoint(), Map.of("oneIn", 1L, "queue", 512L, "timeoutMs", NEVER_IN_A_TEST_MS));
            frames(tracing, loop, 2_000);
            assertThat(tracing.waiting()).isEqualTo(512);
            assertThat(counted.count(Metric.TRACE_SPANS_DROPPED)).isEqualTo(2_000 - 512);
            long before = System.nanoTime();
            tracing.close();
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMillis(NEVER_IN_A_TEST_MS));
            assertThat(counted.count(Metric.TRACE_SPANS_DROPPED)).isEqualTo(2_000);
        }
    }
}
