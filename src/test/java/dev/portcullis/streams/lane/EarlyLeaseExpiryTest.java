package dev.portcullis.streams.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.streams.redis.RedisStreamsFixture;
import io.vertx.core.Context;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes that renew their leases in a real Redis by its own clock. */
class EarlyLeaseExpiryTest {
    private static final int LANE = 17;

    private final Queue<String> ended = new ConcurrentLinkedQueue<>();
    private RedisProcess redis;
    private RedisStreamsFixture here;
    private RedisStreamsFixture there;
    private Context context;
    private RedisConsole raw;

    @BeforeEach
    void start_two_nodes() throws Exception {
        redis = RedisProcess.start();
        here = RedisStreamsFixture.open(redis, () -> 0);
        there = RedisStreamsFixture.open(redis, () -> 0);
        raw = new RedisConsole(redis);
        begin(here, new NodeIncarnation("here"));
        NodeIncarnation incarnation = new NodeIncarnation("there");
        incarnation.addListener(new NodeIncarnation.Listener() {
            @Override
            public void ended(String incarnation) {
                ended.add(incarnation);
            }

            @Override
            public void laneLost(int lane, long since) {}
        });
        context = begin(there, incarnation);
        for (int lane = 0; lane < Lanes.COUNT; lane++) {
            raw.ask("HSET", RedisKeys.of(lane, "lane"), "grace", "0"); // the lanes are not new
        }
    }

    @AfterEach
    void close() {
        there.close();
        here.close();
        redis.close();
    }

    @Test
    void leases_of_a_dead_node_expire_early() throws Exception {
        there.close();
        long died = System.nanoTime();
        here.lanes().expireAfterGrace(here.vertx(), "there");
        assertThat(Await.until(() -> leases().equals(List.of("here:1")))).isTrue();
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - died)).isBetween(2_900L, 9_000L);
    }

    @Test
    void paused_node_finds_its_incarnation_ended_when_it_continues() throws Exception {
        CountDownLatch pause = new CountDownLatch(1);
        context.runOnContext(any -> await(pause));
        here.lanes().expireAfterGrace(here.vertx(), "there");
        assertThat(Await.until(() -> leases().equals(List.of("here:1")))).isTrue();
        assertThat(ended).as("incarnations that ended while the node is paused").isEmpty();
        pause.countDown();
        assertThat(Await.until(() -> leases().contains("there:2"))).isTrue();
        assertThat(ended).containsExactly("there:1");
    }

    private static Context begin(RedisStreamsFixture life, NodeIncarnation node) throws Exception {
        Context context = life.vertx().getOrCreateContext();
        new LaneTicker(context, life.lanes(), node, 500, System::nanoTime, System::currentTimeMillis)
                .start()
                .await(30, TimeUnit.SECONDS);
        return context;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private List<String> leases() {
        return raw.ask("ZRANGE", RedisKeys.of(LANE, "leases"), "0", "-1")
                .lines()
                .sorted()
                .toList();
    }
}
