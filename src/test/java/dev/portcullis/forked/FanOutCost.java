package dev.portcullis.forked;

import dev.portcullis.client.bench.BenchPlan;
import dev.portcullis.client.bench.BenchReport;
import dev.portcullis.client.bench.BenchRun;
import dev.portcullis.client.command.UserTokens;
import dev.portcullis.kit.TestNode;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClientOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;

/**
 * The CPU that a delivery costs a node with all its checks and its store, as a ratio to a {@link MinimalBroadcaster} under the
 * same load. They are measured by turns, so that both meet the same machine.
 */
final class FanOutCost implements AutoCloseable {
    private static final int ROOMS = 10;
    private static final int MEMBERS = 20;
    private static final int IN_FLIGHT = 2;
    private static final int SIZE = 200;
    private static final long DRAIN_MS = 10_000;
    private static final int MOST_WARM_UPS = 6;

    /** The compilers work on long after a start, most on a busy machine. What they take says nothing about a delivery. */
    private static final String COMPILERS = "C[12] Compiler.*\\R";

    private final Vertx vertx = Vertx.vertx();
    private final ForkedNode node;
    private final Process minimal;
    private final String minimalUrl;

    /** What a delivery took of the CPU of each server, in microseconds. */
    record Cost(double ours, double minimal) {
        double ratio() {
            return ours / minimal;
        }
    }

    private record Reading(long deliveries, long cpuNanos) {
        double microsUntil(Reading later) {
            return (later.cpuNanos - cpuNanos) / 1e3 / (later.deliveries - deliveries);
        }
    }

    private FanOutCost(ForkedNode node, Process minimal, int port) {
        this.node = node;
        this.minimal = minimal;
        this.minimalUrl = "ws://127.0.0.1:" + port + "/ws";
    }

    static FanOutCost start(Path folder) throws Exception {
        Process minimal = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        MinimalBroadcaster.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            BufferedReader says = minimal.inputReader();
            String line = says.readLine();
            while (!line.startsWith("port ")) {
                line = says.readLine();
            }
            ForkedNode node =
                    ForkedNode.measured(ForkedNode.configIn(folder), TestNode.GENEROUS.toArray(String[]::new));
            return new FanOutCost(node, minimal, Integer.parseInt(line.substring(5)));
        } catch (Exception | AssertionError broken) {
            minimal.destroyForcibly();
            throw broken;
        }
    }

    /** Warms both up, until a further span of load makes ours no cheaper. */
    void warmUp(long millis) throws Exception {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < MOST_WARM_UPS; i++) {
            minimal(millis / 2);
            double now = ours(millis);
            if (now > 0.95 * best) {
                return;
            }
            best = Math.min(best, now);
        }
    }

    /** @return the medians of some rounds */
    Cost measure(int rounds, long millis) throws Exception {
        List<Cost> costs = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            costs.add(new Cost(ours(millis), minimal(millis)));
        }
        return new Cost(
                median(costs.stream().mapToDouble(Cost::ours)),
                median(costs.stream().mapToDouble(Cost::minimal)));
    }

    private double ours(long millis) throws Exception {
        return cost(
                node.process().pid(),
                node.ws().toString(),
                (user, rooms) -> node.token(user, rooms.toArray(String[]::new)),
                millis);
    }

    private double minimal(long millis) throws Exception {
        return cost(minimal.pid(), minimalUrl, (user, rooms) -> "none", millis);
    }

    private double cost(long pid, String url, UserTokens tokens, long millis) throws Exception {
        BenchPlan plan = BenchPlan.against(List.of(url))
                .withPopulation(ROOMS, MEMBERS, MEMBERS)
                .withLoad(new BenchPlan.Closed(IN_FLIGHT, SIZE))
                .withPhases(0, millis, DRAIN_MS);
        List<Reading> readings = new ArrayList<>();
        BenchReport report = BenchRun.run(vertx, plan, new WebSocketClientOptions(), tokens, progress -> {
                    if (progress.phase() == BenchRun.Phase.SENDING) {
                        readings.add(new Reading(progress.deliveries(), cpuNanos(pid)));
                    }
                })
                .await(120, TimeUnit.SECONDS);
        if (!report.sound()) {
            throw new AssertionError(report.toText());
        }
        return readings.get(0).microsUntil(readings.get(readings.size() - 1));
    }

    private static long cpuNanos(long pid) {
        long nanos = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads) {
                nanos += threadNanos(thread);
            }
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
        return nanos;
    }

    private static long threadNanos(Path thread) throws IOException {
        try {
            return Files.readString(thread.resolve("comm")).matches(COMPILERS)
                    ? 0
                    : Long.parseLong(
                            Files.readString(thread.resolve("schedstat")).split(" ", -1)[0]);
        } catch (NoSuchFileException ended) {
            return 0;
        }
    }

    private static double median(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        return sorted[sorted.length / 2];
    }

    @Override
    public void close() {
        node.close();
        minimal.destroyForcibly().onExit().join();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
