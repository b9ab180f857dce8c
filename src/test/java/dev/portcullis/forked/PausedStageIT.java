package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RedisProcess;
import io.vertx.core.json.JsonArray;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One of two nodes that decide is paused: its connections stay open and nothing says that it is gone (CWE-404). */
@Tag("faults")
class PausedStageIT {
    private static final int INTERVAL_MS = 25;
    private static final long HICCUP_MS = 2_000;
    private static final Duration BEFORE = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofSeconds(8);
    private static final String DECIDING = "stages={\"auth\": 1, \"ratelimit\": 1, \"rooms\": 1, \"broadcast\": 1}";

    @TempDir
    Path folder;

    /** @param beganMs after the pause began; negative before it */
    private record Handshake(long beganMs, long tookMs, int status) {}

    @Test
    void handshakes_go_to_the_other_node_within_a_moment() throws Exception {
        List<Handshake> all = measure();
        List<Handshake> during =
                all.stream().filter(each -> each.beganMs() >= 0).toList();
        List<Handshake> refused =
                during.stream().filter(each -> each.status() != 101).toList();
        List<Long> took = during.stream().map(Handshake::tookMs).sorted().toList();
        System.out.printf(
                "handshakes while one of two auth nodes is paused: %d of %d got 503, the last of them began after %d ms; p50 %d"
                        + " ms, p99 %d ms%n",
                refused.size(),
                during.size(),
                refused.stream().mapToLong(Handshake::beganMs).max().orElse(0),
                took.get(took.size() / 2),
                took.get(took.size() * 99 / 100));
        assertThat(all)
                .filteredOn(each -> each.beganMs() + each.tookMs() < 0)
                .isNotEmpty()
                .allMatch(each -> each.status() == 101);
        assertThat(refused).allMatch(each -> each.status() == 503);
        assertThat(refused).allMatch(each -> each.beganMs() < HICCUP_MS);
    }

    private List<Handshake> measure() throws Exception {
        List<ForkedNode> nodes = new ArrayList<>();
        try (RedisProcess redis = RedisProcess.start()) {
            List<Integer> ports =
                    Stream.generate(FreePort::find).distinct().limit(3).toList();
            nodes.add(start(redis, ports, 0, DECIDING));
            nodes.add(start(redis, ports, 1, DECIDING));
            nodes.add(start(redis, ports, 2, "stages={\"edge\": 1}"));
            return handshakes(nodes.get(2), nodes.get(0).process());
        } finally {
            nodes.forEach(ForkedNode::close);
        }
    }

    private ForkedNode start(RedisProcess redis, List<Integer> ports, int at, String stages) throws Exception {
        JsonArray members = new JsonArray();
        ports.forEach(each -> members.add("127.0.0.1:" + each));
        return ForkedNode.generous(
                ForkedNode.configIn(folder),
                "store={\"kind\": \"redis\", \"redis\": {\"uri\": \"" + redis.uri() + "\"}}",
                "cluster.enabled=true",
                "cluster.port=" + ports.get(at),
                "cluster.bus.port=0",
                "cluster.members=" + members.encode(),
                "drain.windowMs=0",
                stages);
    }

    private static List<Handshake> handshakes(ForkedNode edge, JarProcess paused) {
        Queue<Handshake> done = new ConcurrentLinkedQueue<>();
        AtomicInteger started = new AtomicInteger();
        ExecutorService clients = Executors.newCachedThreadPool();
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        try {
            for (int i = 0; i < 40; i++) { // as long as the JVMs are cold, a handshake takes as long as many later
                shake(edge, "warm-" + i);
            }
            long pauseAt = System.nanoTime() + BEFORE.toNanos();
            ScheduledFuture<?> ticking = clock.scheduleAtFixedRate(
                    () -> {
                        String user = "user-" + started.incrementAndGet();
                        clients.execute(() -> {
                            long began = System.nanoTime();
                            int status = shake(edge, user);
                            long ended = System.nanoTime();
                            done.add(new Handshake(ms(began - pauseAt), ms(ended - began), status));
                        });
                    },
                    0,
                    INTERVAL_MS,
                    TimeUnit.MILLISECONDS);
            Await.until(() -> System.nanoTime() - pauseAt >= 0);
            paused.pause();
            Await.until(() -> System.nanoTime() - pauseAt >= PAUSE.toNanos());
            paused.goOn();
            ticking.cancel(false);
            clock.shutdown();
            assertThat(Await.until(() -> done.size() == started.get())).isTrue();
            return List.copyOf(done);
        } finally {
            clock.shutdownNow();
            clients.shutdownNow();
        }
    }

    private static int shake(ForkedNode edge, String user) {
        try (RawPeer peer = RawPeer.to(edge.port())) {
            return peer.upgrade("Authorization: Bearer " + edge.token(user)).status();
        }
    }

    private static long ms(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
