package dev.portcullis.forked;

import dev.portcullis.client.bench.BenchPlan;
import dev.portcullis.client.bench.BenchReport;
import dev.portcullis.client.bench.BenchRun;
import dev.portcullis.kit.DevToken;
import dev.portcullis.kit.TestNode;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.internal.VertxInternal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Prints by how much a timer of each event loop of a loaded node is late: what ran before it on the loop, collections, and
 * waits for a processor. A timer of a thread that does nothing else shows what of that is not the loop's own. The load is
 * the asked part of the messages that rooms of ten get acknowledged on this machine. Run it by hand:
 * {@code java -cp … dev.portcullis.forked.StallBench 30 75}, with minutes, percent, and settings of the
 * node as {@code --set} takes them.
 */
final class StallBench {
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int ROOMS = 30;
    private static final int MEMBERS = 10;
    private static final int SIZE = 200;
    private static final long WARM_UP_MS = 60_000;

    /** The clients have connected again, and write in another rhythm than before. */
    private static final Duration SETTLING = Duration.ofSeconds(30);

    private static final long DRAIN_MS = 10_000;
    private static final BenchPlan.Phases SATURATED = new BenchPlan.Phases(WARM_UP_MS, WARM_UP_MS / 2, DRAIN_MS);

    private final Vertx clients = Vertx.vertx();

    private StallBench() {}

    public static void main(String[] args) throws Exception {
        if (args[0].equals("node")) {
            node(List.of(args).subList(1, args.length));
        } else {
            new StallBench()
                    .measure(
                            Long.parseLong(args[0]),
                            Integer.parseInt(args[1]),
                            List.of(args).subList(2, args.length));
        }
        System.exit(0);
    }

    private void measure(long minutes, int percent, List<String> settings) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                StallBench.class.getName(),
                "node"));
        command.addAll(settings);
        Process node = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader says = node.inputReader()) {
            URI ws = URI.create(says.readLine());
            double most = chat(ws, new BenchPlan.Closed(2, SIZE), SATURATED, any -> {})
                    .messagesPerSecond();
            double rate = most * percent / 100;
            System.out.printf(Locale.ROOT, "%,.0f messages a second at most, now %,.0f%n", most, rate);
            Watch watch = new Watch(node.getOutputStream(), Math.round(rate * SETTLING.toSeconds()));
            BenchPlan.Phases phases =
                    new BenchPlan.Phases(SETTLING.toMillis(), TimeUnit.MINUTES.toMillis(minutes), DRAIN_MS);
            System.out.println(
                    chat(ws, new BenchPlan.Open(rate, SIZE), phases, watch).toText());
            node.getOutputStream().close(); // a short drain goes by between two looks
            says.lines().forEach(System.out::println);
        } finally {
            node.destroy();
        }
    }

    private BenchReport chat(URI ws, BenchPlan.Load load, BenchPlan.Phases phases, Consumer<BenchRun.Progress> watcher)
            throws Exception {
        BenchPlan plan = BenchPlan.against(List.of(ws.toString()))
                .withPopulation(ROOMS, MEMBERS, MEMBERS)
                .withLoad(load)
                .withPhases(phases.warmupMs(), phases.durationMs(), phases.drainMs());
        Duration life = Duration.ofMillis(phases.durationMs()).plusMinutes(10);
        return BenchRun.run(
                        clients,
                        plan,
                        new WebSocketClientOptions(),
                        (user, rooms) -> DevToken.of(user)
                                .rooms(rooms.toArray(String[]::new))
                                .lasting(life)
                                .signed(),
                        watcher)
                .await(life.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Tells the node when to begin, and when the clients write no more. */
    private static final class Watch implements Consumer<BenchRun.Progress> {
        private final OutputStream node;
        private final long settled;
        private boolean begun;

        Watch(OutputStream node, long settled) {
            this.node = node;
            this.settled = settled;
        }

        @Override
        public void accept(BenchRun.Progress progress) {
            try {
                if (!begun && progress.sent() >= settled) {
                    begun = true;
                    node.write('\n');
                    node.flush();
                } else if (begun && progress.phase() == BenchRun.Phase.DRAINING) {
                    node.close();
                }
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
        }
    }

    /** The node, in a process of its own: watched from the first byte of its input to the last. */
    private static void node(List<String> further) throws Exception {
        Path store = Files.createTempDirectory("stalls");
        List<String> settings = new ArrayList<>(TestNode.GENEROUS);
        settings.addAll(List.of("store.path=" + store, "store.fsync=true"));
        settings.addAll(further);
        try (TestNode node = TestNode.start(settings.toArray(String[]::new))) {
            System.out.println(node.ws());
            System.in.read();
            List<Lateness> loops = new ArrayList<>();
            for (EventExecutor loop : ((VertxInternal) node.vertx()).nettyEventLoopGroup()) {
                loops.add(Lateness.of(loop));
            }
            Lateness idle = Lateness.of(new ScheduledThreadPoolExecutor(1));
            while (System.in.read() >= 0) {
                Thread.onSpinWait();
            }
            for (Lateness loop : loops) {
                System.out.println("event loop   " + loop);
            }
            System.out.println("idle thread  " + idle);
        }
    }

    /** By how much the runs of a timer are late. */
    private static final class Lateness {
        private final Histogram late = new ConcurrentHistogram(LONGEST_NANOS, 2);
        private long due = System.nanoTime() + PERIOD_NANOS;

        static Lateness of(ScheduledExecutorService executor) {
            Lateness lateness = new Lateness();
            var unused =
                    executor.scheduleWithFixedDelay(lateness::ran, PERIOD_NANOS, PERIOD_NANOS, TimeUnit.NANOSECONDS);
            return lateness;
        }

        private void ran() {
            long now = System.nanoTime();
            late.recordValue(Math.min(LONGEST_NANOS, Math.max(0, now - due)));
            due = now + PERIOD_NANOS;
        }

        private long above(int millis) {
            return Math.max(
                    0, late.getTotalCount() - late.getCountBetweenValues(0, TimeUnit.MILLISECONDS.toNanos(millis)));
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "late by p50 %.2f  p99 %.1f  p99.99 %.1f  max %.1f ms in %,d runs; above 10 ms %d, above 20 ms %d",
                    late.getValueAtPercentile(50) / 1e6,
                    late.getValueAtPercentile(99) / 1e6,
                    late.getValueAtPercentile(99.99) / 1e6,
                    late.getMaxValue() / 1e6,
                    late.getTotalCount(),
                    above(10),
                    above(20));
        }
    }
}
