package dev.portcullis.forked;

import dev.portcullis.client.bench.BenchPlan;
import dev.portcullis.client.bench.BenchReport;
import dev.portcullis.client.bench.BenchRun;
import dev.portcullis.protocol.Role;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Prints what members of a chat notice of hostile clients: the latency of deliveries alone, beside hostile clients that
 * flood another process, and beside hostile clients that flood the node itself. The second shows what the flood takes of
 * the machine, so the ratio of the third to the second is the server's share. The rounds of the three take turns. Run it
 * by hand after {@code mvn -DskipTests package}: {@code java -cp … dev.portcullis.forked.FloodBench 3 100}, with the number
 * of rounds and of hostile connections.
 */
final class FloodBench {
    private static final BenchPlan.Phases PHASES = new BenchPlan.Phases(2_000, 8_000, 10_000);

    private final Vertx clients = Vertx.vertx();

    private enum Beside {
        NOTHING,
        FLOOD_OF_ANOTHER_PROCESS,
        FLOOD_OF_THE_NODE
    }

    private FloodBench() {}

    public static void main(String[] args) throws Exception {
        if (args[0].equals("sink")) {
            sink();
        } else {
            new FloodBench().measure(Integer.parseInt(args[0]), args[1]);
        }
    }

    private void measure(int rounds, String hostile) throws Exception {
        Path folder = Files.createTempDirectory("flood");
        Map<Beside, List<BenchReport>> reports = new EnumMap<>(Beside.class);
        try (ForkedNode node = ForkedNode.measured(
                ForkedNode.configIn(folder),
                "ratelimit.roles={\"moderator\": 1000}", // the members; hostile clients have the limits of the protocol
                "ratelimit.handshakes.minute=100000",
                "limits.connectionsPerIp=10000")) {
            Process sink = start("sink");
            String sinkPort = sink.inputReader().readLine();
            for (int i = 0; i <= rounds; i++) { // the first warms up
                for (Beside beside : Beside.values()) {
                    BenchReport report = beside(beside, node, sinkPort, hostile);
                    if (i > 0) {
                        reports.computeIfAbsent(beside, any -> new ArrayList<>())
                                .add(report);
                    }
                }
            }
            sink.destroy();
            print(reports);
            System.out.println(
                    "memory of the node: " + peakMemory(node.process().pid()));
        } finally {
            clients.close().await(20, TimeUnit.SECONDS);
        }
    }

    private BenchReport beside(Beside beside, ForkedNode node, String sinkPort, String hostile) throws Exception {
        URI ws = node.ws();
        return switch (beside) {
            case NOTHING -> chat(node);
            case FLOOD_OF_ANOTHER_PROCESS -> during(node, "127.0.0.1", sinkPort, hostile, "raw");
            case FLOOD_OF_THE_NODE -> during(node, ws.getHost(), Integer.toString(ws.getPort()), hostile);
        };
    }

    private BenchReport during(ForkedNode node, String... flood) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(flood));
        Process hostile = start(HostileFlood.class, arguments);
        hostile.inputReader().readLine();
        try {
            return chat(node);
        } finally {
            hostile.getOutputStream().close();
            System.out.println("hostile: " + hostile.inputReader().readLine());
            hostile.waitFor();
        }
    }

    private BenchReport chat(ForkedNode node) throws Exception {
        BenchPlan plan = BenchPlan.against(List.of(node.ws().toString()))
                .withPopulation(4, 10, 2)
                .withLoad(new BenchPlan.Open(100, 200))
                .withPhases(PHASES.warmupMs(), PHASES.durationMs(), PHASES.drainMs());
        return BenchRun.run(
                        clients,
                        plan,
                        new WebSocketClientOptions(),
                        (user, rooms) ->
                                node.token(user, Role.MODERATOR, Duration.ofMinutes(10), rooms.toArray(String[]::new)),
                        any -> {})
                .await(120, TimeUnit.SECONDS);
    }

    private static void print(Map<Beside, List<BenchReport>> reports) {
        reports.forEach((beside, all) -> System.out.printf(
                "beside %-26s p50 %5.1f  p99 %6.1f  max %6.1f ms (medians of %d rounds)%n",
                beside.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                median(all.stream().map(each -> each.delivery().p50()).toList()),
                median(all.stream().map(each -> each.delivery().p99()).toList()),
                median(all.stream().map(each -> each.delivery().max()).toList()),
                all.size()));
    }

    /** Reads and forgets what it gets. */
    private static void sink() throws Exception {
        NetServer server = Vertx.vertx()
                .createNetServer()
                .connectHandler(NetSocket::resume)
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
        System.out.println(server.actualPort());
    }

    private static Process start(String argument) throws Exception {
        return start(FloodBench.class, List.of(argument));
    }

    private static Process start(Class<?> main, List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String peakMemory(long pid) throws Exception {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("VmHWM"))
                .findFirst()
                .orElse("not known");
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
