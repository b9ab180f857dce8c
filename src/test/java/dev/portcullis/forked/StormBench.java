package dev.portcullis.forked;

import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonArray;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * Prints what a storm of reconnects costs: one of three nodes is killed while members write, and its clients come to the other
 * two at once, as our clients do, and resume. Told are when the last of them has its place and all it missed, and the latency of
 * messages to the clients of the other nodes before, during and after it, from the time at which each message was due. Run it
 * by hand after {@code mvn -DskipTests package}: {@code java -cp … dev.portcullis.forked.StormBench 3000 150 15 60}, with the
 * number of clients, ten of which share a room, of messages a second, of the seconds that each phase takes, and of those before
 * them in which one in a hundred clients a second loses its connection and comes back, so that the nodes have warm code for it.
 */
final class StormBench {
    private static final int NODES = 3;
    private static final int MEMBERS = 10;
    private static final int PARALLEL = 32;
    private static final long PATIENCE_MS = 180_000;
    private static final long SETTLE_MS = 3_000;
    private static final int CUT_PERCENT = 1;
    private static final int PERCENT = 100;
    private static final double MICROS = 1_000;

    private final List<ForkedNode> nodes = new ArrayList<>();
    private final RedisProcess redis = RedisProcess.start("--appendonly", "yes");
    private final long phaseMs;
    private final long warmupMs;
    private Cpu before = new Cpu(0, 0, 0, 0);

    /** Processor time in nanoseconds, at a moment. */
    private record Cpu(long at, long nodes, long store, long load) {}

    private StormBench(long phaseMs, long warmupMs) {
        this.phaseMs = phaseMs;
        this.warmupMs = warmupMs;
    }

    public static void main(String[] args) throws Exception {
        new StormBench(seconds(args[2]), args.length > 3 ? seconds(args[3]) : 0)
                .measure(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
        System.exit(0); // what threads of the kit are still there
    }

    private static long seconds(String argument) {
        return TimeUnit.SECONDS.toMillis(Integer.parseInt(argument));
    }

    private void measure(int clients, int perSecond) throws Exception {
        Path config = ForkedNode.configIn(Files.createTempDirectory("storm"));
        List<Integer> ports =
                IntStream.range(0, NODES).mapToObj(any -> FreePort.find()).toList();
        try {
            for (int port : ports) {
                nodes.add(ForkedNode.measured(config, settings(port, ports)));
            }
            try (StormLoad load =
                    new StormLoad(nodes.stream().map(ForkedNode::port).toList())) {
                storm(load, clients, perSecond);
            }
        } finally {

            nodes.forEach(ForkedNode::close);
            redis.close();
        }
    }

    private String[] settings(int port, List<Integer> ports) {
        JsonArray members = new JsonArray();
        ports.forEach(each -> members.add("127.0.0.1:" + each));
        return Stream.concat(
                        TestNode.GENEROUS.stream(),
                        Stream.of(
                                "store={\"kind\": \"redis\", \"redis\": {\"uri\": \"" + redis.uri() + "\"}}",
                                "limits.pendingConnectionsPerIp=10000",
                                "cluster.enabled=true",
                                "cluster.port=" + port,
                                "cluster.bus.port=0",
                                "cluster.members=" + members.encode()))
                .toArray(String[]::new);
    }

    private void storm(StormLoad load, int clients, int perSecond) throws Exception {
        for (int i = 0; i < clients; i++) {
            String room = "storm-" + i / MEMBERS;
            String token = nodes.get(0).token("user-" + i, Role.MEMBER, Duration.ofMinutes(30), room);
            load.add(i / MEMBERS, new StormMember(load, i % NODES, room, token, load.random()));
        }
        enter(load);
        load.write(perSecond);
        warmUp(load);
        load.members().forEach(StormMember::settled);
        load.takeCounts();
        load.takeLatencies();
        cpu();
        load.run(phaseMs);
        print("before", load.takeLatencies());

        int killed = NODES - 1;
        long killedAt = System.nanoTime();
        load.killed(killed);
        nodes.get(killed).kill();
        cpu();
        load.run(
                () -> load.members().stream().anyMatch(each -> each.node() == killed && !each.isJoined()), PATIENCE_MS);
        boolean all = load.run(() -> load.away() == 0, PATIENCE_MS);
        long displaced =
                load.members().stream().filter(StormMember::isDisplaced).count();
        List<StormLoad.Slice> slices = load.slices();
        Histogram during = load.takeLatencies();
        System.out.printf(
                Locale.ROOT,
                "last of %d displaced clients back after %.1f s%s%n",
                displaced,
                (load.backAt() - killedAt) / 1e9,
                all ? "" : ", and " + load.away() + " not at all");
        print("during", during);
        print(slices);
        System.out.println("  " + load.takeCounts());

        load.run(phaseMs);
        load.write(0);
        load.run(SETTLE_MS);
        print("after", load.takeLatencies());
        System.out.println("  " + load.takeCounts() + ", members that lack messages: " + incomplete(load));
    }

    private void warmUp(StormLoad load) throws Exception {
        load.loseConnections(load.members().size() * CUT_PERCENT / PERCENT);
        load.run(warmupMs);
        load.loseConnections(0);
        load.run(phaseMs);
        if (!load.run(() -> load.away() == 0, PATIENCE_MS)) {
            throw new AssertionError(load.away() + " clients are not back: " + load.takeCounts());
        }
    }

    private static void enter(StormLoad load) throws Exception {
        List<StormMember> waiting = new ArrayList<>(load.members());
        int all = waiting.size();
        while (!waiting.isEmpty()) {
            int dialed = all - waiting.size();
            load.run(() -> dialed - (all - load.away()) < PARALLEL, PATIENCE_MS);
            waiting.remove(waiting.size() - 1).dial();
        }
        if (!load.run(() -> load.away() == 0, PATIENCE_MS)) {
            throw new AssertionError(load.away() + " clients are not in: " + load.takeCounts());
        }
    }

    private static long incomplete(StormLoad load) {
        return load.rooms().stream()
                .mapToLong(room -> {
                    long head = room.stream().mapToLong(StormMember::last).max().orElse(0);
                    return room.stream().filter(each -> each.last() < head).count();
                })
                .sum();
    }

    private void print(String phase, Histogram latencies) {
        Cpu since = before;
        Cpu now = cpu();
        double span = now.at() - since.at();
        System.out.printf(
                Locale.ROOT,
                "%-6s p50 %.1f  p99 %.1f  max %.1f ms of %d deliveries; cores: nodes %.2f, Redis %.2f, load %.2f%n",
                phase,
                latencies.getValueAtPercentile(50) / MICROS,
                latencies.getValueAtPercentile(99) / MICROS,
                latencies.getMaxValue() / MICROS,
                latencies.getTotalCount(),
                (now.nodes() - since.nodes()) / span,
                (now.store() - since.store()) / span,
                (now.load() - since.load()) / span);
    }

    private static void print(List<StormLoad.Slice> slices) {
        for (int i = 0; i < slices.size(); i++) {
            Histogram latencies = slices.get(i).latencies();
            System.out.printf(
                    Locale.ROOT,
                    "  due %.1f s after the kill: p50 %.1f  max %.1f ms of %d; %d clients came back%n",
                    i * StormLoad.SLICE_MS / 1e3,
                    latencies.getValueAtPercentile(50) / MICROS,
                    latencies.getMaxValue() / MICROS,
                    latencies.getTotalCount(),
                    slices.get(i).entered());
        }
    }

    /** The time that they used, of a node that is killed only up to the last call. */
    private Cpu cpu() {
        before = new Cpu(
                System.nanoTime(),
                nodes.stream().mapToLong(node -> used(node.process().pid())).sum(),
                used(redis.pid()),
                ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
        return before;
    }

    private static long used(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .map(Duration::toNanos)
                .orElse(0L);
    }
}
