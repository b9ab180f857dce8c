package dev.portcullis.admin.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.node.NodeFacts.NodeState;
import dev.portcullis.admin.node.NodeFacts.NodeView;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.audit.metrics.MetricsRegistry;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Limited;
import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.protocol.Rejection.Window;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeStatisticsTest {
    private static final long START = 1_700_000_000_000L;

    private final MetricsRegistry registry = new MetricsRegistry();
    private final Metrics metrics = new Metrics(registry.registry());
    private long now = START;
    private long cpuNanos = 7_000_000_000L;
    private final NodeStatistics statistics = new NodeStatistics(
            new NodeFacts(
                    "n1",
                    "1.2",
                    "redis",
                    () -> "n1:3",
                    () -> NodeState.DRAINING,
                    () -> List.of(
                            new NodeView("n1", true, "1.2", Map.of("edge", 2), true, 40),
                            new NodeView("n2", false, "1.1", Map.of(), false, 2_500))),
            registry::values,
            () -> cpuNanos,
            () -> now);

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void report_tells_of_the_node_and_of_those_that_it_knows() {
        now += 5_000;
        JsonObject report = report();
        assertThat(report.getString("node")).isEqualTo("n1");
        assertThat(report.getString("incarnation")).isEqualTo("n1:3");
        assertThat(report.getString("state")).isEqualTo("draining");
        assertThat(report.getLong("uptimeMs")).isEqualTo(5_000);
        assertThat(report.getJsonArray("nodes").getJsonObject(1))
                .isEqualTo(new JsonObject()
                        .put("node", "n2")
                        .put("self", false)
                        .put("version", "1.1")
                        .put("stages", new JsonObject())
                        .put("reachable", false)
                        .put("seenMs", 2_500));
        assertThat(report.getJsonObject("store").getString("kind")).isEqualTo("redis");
        assertThat(report.getJsonObject("memory").getLong("heapUsed")).isPositive();
    }

    @Test
    void rates_are_those_of_the_last_seconds() {
        sample(10, () -> frames(20)); // 10 a second
        assertThat(rate("frames")).isEqualTo(10);
        assertThat(rate("deliveries")).isEqualTo(30);
        assertThat(rate("receivedBytes")).isEqualTo(1_000);
        assertThat(rate("deliveredBytes")).isEqualTo(3_000);
        assertThat(rate("messages")).isEqualTo(10);
        assertThat(rate("publishP99Ms")).isBetween(2.5, 5.0);
        sample(6, () -> {});
        assertThat(rate("frames")).isZero();
        assertThat(rate("publishP99Ms")).isZero();
    }

    @Test
    void load_is_that_of_the_last_sample() {
        metrics.measure(Metric.OUTBOX_BYTES, () -> 77);
        assertThat(statistics.load().frames()).isZero();
        sample(10, () -> frames(20)); // 10 a second
        NodeLoad load = statistics.load();
        frames(1_000);
        assertThat(load.rate(load.frames())).isEqualTo(10);
        assertThat(load.rate(load.messages())).isEqualTo(10);
        assertThat(load.fields())
                .containsEntry("state", "draining")
                .containsEntry("frames", 10.0)
                .containsEntry("deliveries", 30.0)
                .containsEntry("outboxBytes", 77L);
        assertThat(statistics.load()).isEqualTo(load);
    }

    /** However often others, such as a scrape, read the load of the process meanwhile. */
    @Test
    void processors_are_those_of_the_last_seconds() {
        long processors = Runtime.getRuntime().availableProcessors();
        sample(10, () -> cpuNanos += processors * TimeUnit.MILLISECONDS.toNanos(500)); // of 2 s
        assertThat(statistics.load().cpuPermille()).isEqualTo(250);
        sample(6, () -> {});
        assertThat(statistics.load().cpuPermille()).isZero();
    }

    @Test
    void totals_add_what_is_known_and_name_what_is_missing() {
        sample(10, () -> frames(20));
        NodeLoad load = statistics.load();
        List<NodeView> nodes = List.of(
                new NodeView("n1", true, "1", Map.of(), true, 0),
                new NodeView("n2", false, "1", Map.of(), true, 0),
                new NodeView("n3", false, "1", Map.of(), true, 0));
        ClusterLoad cluster = new ClusterLoad(nodes, Map.of("n1", load, "n3", load, "n9", load));
        assertThat(cluster.totals())
                .containsEntry("nodes", 3)
                .containsEntry("missing", List.of("n2"))
                .containsEntry("frames", 20.0)
                .containsEntry("deliveries", 60.0);
        assertThat(cluster.fields(nodes.get(0))).containsKey("load");
        assertThat(cluster.fields(nodes.get(1))).doesNotContainKey("load");
    }

    @Test
    void first_report_has_no_rate() {
        frames(100);
        assertThat(rate("frames")).isZero();
        assertThat(report().getJsonObject("rates").getLong("windowMs")).isZero();
    }

    @Test
    void refusals_of_the_last_minute_come_first() {
        refuse(Reason.FORBIDDEN, 50);
        sample(40, () -> {});
        refuse(Reason.NOT_MEMBER, 3);
        sample(1, () -> {});
        assertThat(report().getJsonArray("refusals"))
                .containsExactly(refusal("not_member", 3, 3), refusal("forbidden", 50, 0));
    }

    @Test
    void limits_that_were_hit_are_told_apart_by_scope_window_and_frame() {
        Limited minute = new Limited(Scope.USER, Window.MINUTE, 1_000, Optional.empty());
        metrics.limited(minute, Optional.of(FrameType.CHAT));
        metrics.limited(minute, Optional.of(FrameType.CHAT));
        metrics.limited(new Limited(Scope.ACTION, Window.MINUTE, 1, Optional.empty()), Optional.of(FrameType.JOIN));
        metrics.limited(minute, Optional.empty());
        sample(1, () -> {});
        assertThat(report().getJsonArray("limits"))
                .containsExactly(limit("user", "chat", 2), limit("action", "join", 1), limit("user", "none", 1));
    }

    @Test
    void history_has_a_point_each_ten_seconds_of_the_last_hour() {
        sample(4, () -> {});
        assertThat(history().getJsonArray("times")).isEmpty();
        sample(1, () -> {});
        assertThat(history().getJsonArray("times")).containsExactly(START + 10_000);
        sample(5 * 400, () -> metrics.frame(FrameType.PING));
        assertThat(history().getJsonArray("times")).hasSize(360);
        assertThat(history().getLong("intervalMs")).isEqualTo(10_000);
        assertThat(history().getJsonArray("times").getLong(359)).isEqualTo(now);
        assertThat(history().getJsonArray("times").getLong(0)).isEqualTo(now - 359 * 10_000);
        JsonObject values = history().getJsonObject("values");
        assertThat(values.fieldNames())
                .containsExactlyInAnyOrder(
                        "connections",
                        "sessions",
                        "rooms",
                        "frames",
                        "messages",
                        "deliveries",
                        "receivedBytes",
                        "deliveredBytes",
                        "refusals",
                        "publishP99Ms",
                        "heapUsed");
        assertThat(values.getJsonArray("frames")).hasSize(360).containsOnly(0.5);
    }

    @Test
    void reader_that_has_a_part_of_the_history_gets_the_rest() {
        sample(15, () -> {});
        assertThat(new JsonObject(statistics.report(START + 20_000))
                        .getJsonObject("history")
                        .getJsonArray("times"))
                .containsExactly(START + 30_000);
    }

    @Test
    void clock_that_is_set_back_gives_no_negative_rate() {
        sample(10, () -> frames(20));
        now -= 3_600_000;
        sample(1, () -> frames(20));
        assertThat(rate("frames")).isZero();
        sample(1, () -> frames(20));
        assertThat(rate("frames")).isEqualTo(10);
    }

    private void sample(int times, Runnable meanwhile) {
        for (int i = 0; i < times; i++) {
            now += NodeStatistics.SAMPLE_MS;
            meanwhile.run();
            statistics.sample();
        }
    }

    private void frames(int count) {
        IntStream.range(0, count).forEach(any -> {
            metrics.frame(FrameType.CHAT);
            metrics.received(100);
            metrics.delivered(3, 100);
            metrics.time(Metric.PUBLISH, TimeUnit.MILLISECONDS.toNanos(3));
        });
    }

    private void refuse(Reason reason, int times) {
        IntStream.range(0, times).forEach(any -> metrics.refused(Rejection.of(reason)));
    }

    private static JsonObject refusal(String reason, long count, long lastMinute) {
        return new JsonObject()
                .put("kind", "frame")
                .put("reason", reason)
                .put("count", count)
                .put("lastMinute", lastMinute);
    }

    private static JsonObject limit(String scope, String action, long count) {
        return new JsonObject()
                .put("scope", scope)
                .put("window", "minute")
                .put("action", action)
                .put("count", count)
                .put("lastMinute", count);
    }

    private double rate(String name) {
        return report().getJsonObject("rates").getDouble(name);
    }

    private JsonObject history() {
        return report().getJsonObject("history");
    }

    private JsonObject report() {
        return new JsonObject(statistics.report(0));
    }
}
