package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.client.bench.BenchPlan;
import dev.portcullis.client.bench.BenchReport;
import dev.portcullis.client.bench.BenchRun;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RedisProcess;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Prints the costs of a cluster and of a single node, measured in one run: {@code mvn verify -Pfigures}. It asserts only
 * that no message was lost. On a shared machine only the ratios are meaningful.
 */
class ClusterFigures {
    private static final int ROUNDS = 3;
    private static final int MEMBERS = 150;
    private static final int PEERS = 100;
    private static final int ROOMS_EACH = 100;
    private static final String BUS_BYTES = "portcullis_bus_sent_bytes_total";
    private static final long PACED_MS = 6_000;
    private static final Duration IDLE = Duration.ofSeconds(15);

    @TempDir
    Path folder;

    @Test
    void cost_of_a_delivery_on_one_node_and_on_three() throws Exception {
        try (Setup embedded = Setup.embedded(Files.createDirectory(folder.resolve("embedded")));
                Setup one = Setup.onRedis(Files.createDirectory(folder.resolve("one")), 1);
                Setup three = Setup.onRedis(Files.createDirectory(folder.resolve("three")), 3)) {
            for (int round = 0; round < ROUNDS; round++) {
                for (Setup setup : List.of(embedded, one, three)) {
                    saturate(setup, round);
                }
                for (Setup setup : List.of(embedded, one, three)) {
                    pace(setup, round);
                }
            }
        }
    }

    @Test
    void cost_of_interest_and_leases_with_ten_thousand_rooms() throws Exception {
        try (Setup three = Setup.onRedis(folder, 3)) {
            say("idle, no rooms      %s", three.idle());
            List<JdkPeer> peers = new ArrayList<>();
            try {
                for (int i = 0; i < PEERS; i++) {
                    ForkedNode node = three.nodes().get(i % 3);
                    peers.add(node.enter("peer-" + i, "room-*"));
                    peers.get(i).send(joinAll(i));
                }
                assertThat(Await.until(() -> three.sum("portcullis_rooms") >= PEERS * ROOMS_EACH))
                        .as("all rooms are joined")
                        .isTrue();
                say("idle, 10,000 rooms  %s", three.idle());
            } finally {
                peers.forEach(JdkPeer::close);
            }
        }
    }

    /** Whether a cluster that grows takes more calls for a message, or more bytes for each node that has to hear of it. */
    @Test
    void calls_and_bytes_of_three_six_and_ten_nodes() throws Exception {
        for (int count : List.of(3, 6, 10)) {
            try (Setup nodes = Setup.onRedis(Files.createDirectory(folder.resolve("of-" + count)), count)) {
                Traffic first = Traffic.of(nodes, PACED_MS); // it compiles
                Traffic few = Traffic.of(nodes, PACED_MS);
                Traffic many = Traffic.of(nodes, 4 * PACED_MS);
                Costs before = nodes.costs();
                double bytes = nodes.sum(BUS_BYTES);
                Await.pass(Duration.ofMillis(3 * PACED_MS));
                double messages = many.messages - few.messages;
                double idleCalls = nodes.costs().minus(before).calls();
                double idleBytes = nodes.sum(BUS_BYTES) - bytes;
                say(
                        "%-18s %4.2f calls of Redis a message, %,5.0f bytes on the bus for each other node;"
                                + " idle %.1f calls/s and %,.0f bytes/s a node; first run of %d members %,.0f calls",
                        nodes.name(),
                        (many.calls - few.calls - idleCalls) / messages,
                        (many.bytes - few.bytes - idleBytes) / messages / (count - 1),
                        idleCalls * 1_000 / (3 * PACED_MS) / count,
                        idleBytes * 1_000 / (3 * PACED_MS) / count,
                        MEMBERS,
                        first.calls);
            }
        }
    }

    /** What a room of members on all nodes costs, with its handshakes. */
    private record Traffic(double messages, double calls, double bytes) {
        static Traffic of(Setup nodes, long durationMs) throws Exception {
            Costs before = nodes.costs();
            double bytes = nodes.sum(BUS_BYTES);
            BenchReport report = nodes.bench(new BenchPlan.Open(20, 200), 100, durationMs);
            return new Traffic(report.acked(), nodes.costs().minus(before).calls(), nodes.sum(BUS_BYTES) - bytes);
        }
    }

    private static JsonObject joinAll(int peer) {
        JsonArray rooms = new JsonArray();
        IntStream.range(0, ROOMS_EACH)
                .forEach(i -> rooms.add(new JsonObject().put("roomId", "room-" + (peer * ROOMS_EACH + i))));
        return new JsonObject().put("type", "join").put("rooms", rooms);
    }

    private void saturate(Setup setup, int round) throws Exception {
        Costs before = setup.costs();
        BenchReport report = setup.bench(new BenchPlan.Closed(4, 200), 4_000, 8_000);
        Costs spent = setup.costs().minus(before);
        say(
                "closed %d  %-18s %,7.0f deliveries/s  %5.2f us of server CPU each  Redis: %5.1f us a message, %4.2f calls",
                round,
                setup.name(),
                report.deliveriesPerSecond(),
                spent.nodeMicros() / ((double) report.acked() * MEMBERS),
                spent.redisMicros() / (double) report.acked(),
                spent.calls() / report.acked());
    }

    private void pace(Setup setup, int round) throws Exception {
        BenchReport report = setup.bench(new BenchPlan.Open(20, 200), 2_000, 6_000);
        say(
                "open   %d  %-18s delivery p50 %.2f p99 %.2f ms, across nodes p50 %.2f p99 %.2f ms",
                round,
                setup.name(),
                report.delivery().p50(),
                report.delivery().p99(),
                report.across().p50(),
                report.across().p99());
    }

    private static void say(String format, Object... values) {
        System.out.println("[figures] " + String.format(Locale.ROOT, format, values));
    }

    /** Processor time and calls of some processes up to a moment. */
    private record Costs(long nodeMicros, long redisMicros, double calls) {
        Costs minus(Costs before) {
            return new Costs(nodeMicros - before.nodeMicros, redisMicros - before.redisMicros, calls - before.calls);
        }
    }

    /** Some nodes and their store. */
    private record Setup(String name, List<ForkedNode> nodes, Optional<RedisProcess> redis) implements AutoCloseable {
        static Setup embedded(Path folder) throws Exception {
            return new Setup(
                    "1 node, embedded", List.of(ForkedNode.generous(ForkedNode.configIn(folder))), Optional.empty());
        }

        static Setup onRedis(Path folder, int count) throws Exception {
            RedisProcess redis = RedisProcess.start("--appendonly", "yes");
            Path config = ForkedNode.configIn(folder);
            List<Integer> ports =
                    IntStream.range(0, count).mapToObj(any -> FreePort.find()).toList();
            List<ForkedNode> nodes = new ArrayList<>();
            for (int port : ports) {
                nodes.add(ForkedNode.generous(
                        config,
                        "store.kind=redis",
                        "store.redis.uri=" + redis.uri(),
                        "cluster.enabled=" + (count > 1),
                        "cluster.port=" + port,
                        "cluster.bus.port=0",
                        "cluster.members=" + members(ports)));
            }
            return new Setup(count + (count == 1 ? " node, Redis" : " nodes, Redis"), nodes, Optional.of(redis));
        }

        BenchReport bench(BenchPlan.Load load, long warmupMs, long durationMs) throws Exception {
            Vertx vertx = Vertx.vertx();
            try {
                BenchPlan plan = BenchPlan.against(
                                nodes.stream().map(node -> node.ws().toString()).toList())
                        .withPopulation(1, MEMBERS, MEMBERS)
                        .withLoad(load)
                        .withPhases(warmupMs, durationMs, 10_000);
                BenchReport report = BenchRun.run(
                                vertx,
                                plan,
                                new WebSocketClientOptions(),
                                (user, rooms) -> nodes.get(0).token(user, rooms.toArray(String[]::new)),
                                progress -> {})
                        .await(120, TimeUnit.SECONDS);
                assertThat(report.sound()).as(report.toText()).isTrue();
                return report;
            } finally {
                vertx.close().await(30, TimeUnit.SECONDS);
            }
        }

        Costs costs() {
            return new Costs(
                    nodes.stream()
                            .mapToLong(node -> micros(node.process().pid()))
                            .sum(),
                    redis.map(process -> micros(process.pid())).orElse(0L),
                    sum("portcullis_store_calls_total"));
        }

        /** The activity of all nodes without any load. */
        String idle() {
            Costs before = costs();
            double bytes = sum(BUS_BYTES);
            Await.pass(IDLE);
            Costs spent = costs().minus(before);
            double seconds = IDLE.toSeconds();
            return String.format(
                    Locale.ROOT,
                    "%.1f calls/s of Redis a node, %.0f bytes/s on the bus in all, %.2f %% of a core a node",
                    spent.calls() / seconds / nodes.size(),
                    (sum(BUS_BYTES) - bytes) / seconds,
                    spent.nodeMicros() / seconds / 10_000 / nodes.size());
        }

        double sum(String metric) {
            Pattern line = Pattern.compile("(?m)^" + Pattern.quote(metric) + " (\\S+)$");
            return nodes.stream().mapToDouble(node -> read(node, line)).sum();
        }

        private static double read(ForkedNode node, Pattern line) {
            try {
                Matcher found = line.matcher(node.admin("/metrics", "Authorization", "Bearer " + ForkedNode.API_KEY)
                        .body());
                return found.find() ? Double.parseDouble(found.group(1)) : 0;
            } catch (Exception broken) {
                throw new AssertionError(broken);
            }
        }

        private static long micros(long pid) {
            return ProcessHandle.of(pid)
                    .flatMap(process -> process.info().totalCpuDuration())
                    .map(used -> TimeUnit.NANOSECONDS.toMicros(used.toNanos()))
                    .orElse(0L);
        }

        private static String members(List<Integer> ports) {
            JsonArray members = new JsonArray();
            ports.forEach(port -> members.add("127.0.0.1:" + port));
            return members.encode();
        }

        @Override
        public void close() {
            nodes.forEach(ForkedNode::close);
            redis.ifPresent(RedisProcess::close);
        }
    }
}
