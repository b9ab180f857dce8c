package dev.portcullis.forked;

import dev.portcullis.client.bench.BenchPlan;
import dev.portcullis.client.bench.BenchReport;
import dev.portcullis.client.bench.BenchRun;
import dev.portcullis.client.command.UserTokens;
import dev.portcullis.kit.PostgresServer;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.TestNode;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClientOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Prints what an archive costs a node that is paced: its CPU for each message, on its event loops and in all its threads, and the
 * time of an ack, with and without the archive by turns. Run it by hand:
 * {@code java -cp … dev.portcullis.forked.ArchiveCostBench [embedded|postgres] [rooms] [messages a second] [seconds] [rounds]}.
 */
final class ArchiveCostBench {
    private static final String PREFIX = "bench-";
    private static final int SIZE = 200;
    private static final int WARM_UP_MS = 10_000;
    private static final int DRAIN_MS = 5_000;

    private final int rooms;
    private final double rate;
    private final int seconds;
    private final Vertx vertx = Vertx.vertx();

    private ArchiveCostBench(int rooms, double rate, int seconds) {
        this.rooms = rooms;
        this.rate = rate;
        this.seconds = seconds;
    }

    public static void main(String[] args) throws Exception {
        if (args.length > 0 && args[0].equals("node")) {
            node(Integer.parseInt(args[1]), List.of(args).subList(2, args.length));
            return;
        }
        String kind = args.length > 0 ? args[0] : "embedded";
        ArchiveCostBench bench = new ArchiveCostBench(
                args.length > 1 ? Integer.parseInt(args[1]) : 1_000,
                args.length > 2 ? Double.parseDouble(args[2]) : 1_000,
                args.length > 3 ? Integer.parseInt(args[3]) : 30);
        int rounds = args.length > 4 ? Integer.parseInt(args[4]) : 3;
        if (kind.equals("postgres")) {
            try (PostgresServer postgres = PostgresServer.start("fsync=on", "max_wal_size=4GB");
                    RedisProcess redis = RedisProcess.start("--save", "")) {
                bench.compare(
                        rounds,
                        List.of("store.kind=redis", "store.redis.uri=" + redis.uri()),
                        List.of(
                                "archive.kind=postgres",
                                "archive.postgres.uri=" + postgres.uri(postgres.newDatabase())));
            }
        } else {
            bench.compare(rounds, List.of(), List.of("archive.kind=embedded"));
        }
        System.exit(0);
    }

    private void compare(int rounds, List<String> store, List<String> archive) throws Exception {
        List<Cost> without = new ArrayList<>();
        List<Cost> with = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            without.add(show("without", run(store, List.of("archive.kind=none"))));
            with.add(show("with", run(store, archive)));
        }
        System.out.printf(
                "with, of what it is without: event loops %.3f, all threads %.3f, ack p50 %.2f, p99 %.2f%n",
                ratio(with, without, Measure.LOOPS),
                ratio(with, without, Measure.ALL),
                ratio(with, without, Measure.P50),
                ratio(with, without, Measure.P99));
    }

    private enum Measure {
        LOOPS,
        ALL,
        P50,
        P99
    }

    /** What a message cost, in microseconds of CPU, and the ack, in milliseconds. */
    private record Cost(Map<Measure, Double> of) {
        Cost {
            of = Map.copyOf(of);
        }

        double get(Measure measure) {
            return of.getOrDefault(measure, 0.0);
        }
    }

    private static Cost show(String what, Cost cost) {
        System.out.printf(
                "%-7s  %6.1f us on event loops, %6.1f us in all threads, ack p50 %.2f ms, p99 %.2f ms%n",
                what, cost.get(Measure.LOOPS), cost.get(Measure.ALL), cost.get(Measure.P50), cost.get(Measure.P99));
        return cost;
    }

    private static double ratio(List<Cost> with, List<Cost> without, Measure measure) {
        return median(with, measure) / median(without, measure);
    }

    private static double median(List<Cost> costs, Measure measure) {
        return costs.stream()
                .mapToDouble(cost -> cost.get(measure))
                .sorted()
                .skip(costs.size() / 2)
                .findFirst()
                .orElseThrow();
    }

    private Cost run(List<String> store, List<String> archive) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ArchiveCostBench.class.getName(),
                "node",
                Integer.toString(rooms)));
        command.addAll(store);
        command.addAll(archive);
        Process node = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader says = node.inputReader()) {
            String line = says.readLine();
            while (!line.startsWith("port ")) {
                line = says.readLine();
            }
            String url = "ws://127.0.0.1:" + line.substring(5) + "/ws";
            Map<String, String> tokens = new HashMap<>();
            for (int i = 0; i < rooms; i++) {
                tokens.put(PREFIX + i, says.readLine());
            }
            UserTokens source =
                    (user, any) -> Optional.ofNullable(tokens.get(user)).orElseThrow();
            load(url, source, WARM_UP_MS);
            double loops = loopMicros(node);
            double all = processMicros(node);
            BenchReport report = load(url, source, TimeUnit.SECONDS.toMillis(seconds));
            if (!report.sound()) {
                System.out.println(report.toText());
            }
            return new Cost(Map.of(
                    Measure.LOOPS,
                    (loopMicros(node) - loops) / report.acked(),
                    Measure.ALL,
                    (processMicros(node) - all) / report.acked(),
                    Measure.P50,
                    report.ack().p50(),
                    Measure.P99,
                    report.ack().p99()));
        } finally {
            node.destroy();
            node.waitFor();
        }
    }

    private BenchReport load(String url, UserTokens tokens, long millis) {
        BenchPlan plan = BenchPlan.against(List.of(url))
                .withPopulation(rooms, 1, 1)
                .withLoad(new BenchPlan.Open(rate, SIZE))
                .withPhases(0, millis, DRAIN_MS)
                .withDialling(new BenchPlan.Dialling(32, 0, 1, PREFIX, Optional.empty()));
        return BenchRun.run(vertx, plan, new WebSocketClientOptions(), tokens, any -> {})
                .await();
    }

    private static double processMicros(Process node) {
        return node.info().totalCpuDuration().orElseThrow().toNanos() / 1e3;
    }

    private static double loopMicros(Process node) throws IOException {
        double nanos = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + node.pid() + "/task"))) {
            for (Path thread : threads) {
                if (Files.readString(thread.resolve("comm")).startsWith("vert.x-eventloo")) {
                    nanos += Double.parseDouble(
                            Files.readString(thread.resolve("schedstat")).split(" ", -1)[0]);
                }
            }
        }
        return nanos / 1e3;
    }

    /** The node, in a process of its own, until it is ended. */
    private static void node(int users, List<String> sets) throws Exception {
        List<String> all = new ArrayList<>(sets);
        all.addAll(List.of(
                "ratelimit.connection.minute=1000000",
                "ratelimit.user.burst=1000000",
                "ratelimit.user.minute=1000000",
                "ratelimit.user.hour=10000000",
                "ratelimit.handshakes.minute=100000",
                "limits.connectionsPerIp=100000"));
        try (TestNode node = TestNode.start(all.toArray(String[]::new))) {
            System.out.println("port " + node.port());
            for (int i = 0; i < users; i++) {
                System.out.println(node.token(PREFIX + i, PREFIX + "*"));
            }
            while (System.in.read() >= 0) {
                Thread.onSpinWait();
            }
        }
    }
}
