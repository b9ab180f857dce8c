package dev.portcullis.streams.redis;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.redis.RedisConfig;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.streams.lane.LaneTicker;
import dev.portcullis.streams.lane.NodeIncarnation;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Prints what idle nodes cost Redis: each ticks all lanes. Run it by hand, with numbers of nodes:
 * {@code java -cp … dev.portcullis.streams.redis.RedisRestBench 3 10 30 100}. If fewer leases are renewed than expected, this
 * machine was too busy to put the load on Redis, and the printed figures are too low.
 */
final class RedisRestBench {
    /** Renewals of each lease before anything is measured: four seconds of a node at rest. */
    private static final int WARM_UP = 8;

    private static final Duration LONGEST_WARM_UP = Duration.ofMinutes(1);
    private static final Duration WINDOW = Duration.ofSeconds(15);

    private RedisRestBench() {}

    public static void main(String[] args) {
        int status = 1;
        try {
            for (String nodes : args) {
                measure(Integer.parseInt(nodes));
            }
            status = 0;
        } catch (Exception failure) {
            System.err.println(failure);
        }
        System.exit(status); // a node that did not start leaves threads behind
    }

    private static void measure(int count) throws Exception {
        try (RedisProcess redis = RedisProcess.start()) {
            List<Vertx> nodes = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                nodes.add(begin(redis, "node-" + i));
            }
            RedisConsole operator = new RedisConsole(redis);
            long warm = (long) WARM_UP * Lanes.COUNT * count;
            if (!Await.until(() -> renewals(operator) >= warm, LONGEST_WARM_UP)) {
                throw new IllegalStateException("too few leases are renewed");
            }
            double before = cpuSeconds(operator);
            long renewed = renewals(operator);
            long began = System.nanoTime();
            Await.pass(WINDOW);
            double cpu = cpuSeconds(operator) - before;
            double elapsed = (System.nanoTime() - began) / 1e9;
            long renewals = renewals(operator) - renewed;
            System.out.printf(
                    "%d nodes at rest: %.2f %% of a core in Redis, %.2f µs a lane; %.0f leases renewed a second, of %d%n",
                    count, 100 * cpu / elapsed, 1e6 * cpu / renewals, renewals / elapsed, 2L * Lanes.COUNT * count);
            for (Vertx node : nodes) {
                node.close().await(10, TimeUnit.SECONDS);
            }
        }
    }

    private static Vertx begin(RedisProcess redis, String name) throws Exception {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        RedisStore store = RedisStore.open(vertx, RedisConfig.at(redis.uri()), (operation, nanos) -> {})
                .await(10, TimeUnit.SECONDS);
        new LaneTicker(
                        vertx.getOrCreateContext(),
                        new RedisLaneStore(store),
                        new NodeIncarnation(name),
                        500,
                        System::nanoTime,
                        System::currentTimeMillis)
                .start()
                .await(20, TimeUnit.SECONDS);
        return vertx;
    }

    private static long renewals(RedisConsole operator) {
        return operator.ask("INFO", "commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_zadd:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("cmdstat_zadd:calls=(\\d+),.*", "$1")))
                .sum();
    }

    private static double cpuSeconds(RedisConsole operator) {
        return operator.ask("INFO", "cpu")
                .lines()
                .filter(line -> line.matches("used_cpu_(sys|user):.*"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1)))
                .sum();
    }
}
