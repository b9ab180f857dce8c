package dev.portcullis.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.config.Live;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.DelayProxy;
import dev.portcullis.kit.LimitRecord;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.ratelimit.ban.BanFixture;
import dev.portcullis.ratelimit.ban.BanStore;
import dev.portcullis.ratelimit.login.LoginCounters;
import dev.portcullis.ratelimit.login.LoginFixture;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.rows.RedisRowStore;
import dev.portcullis.streams.redis.RedisStreamStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * With Redis down or slow, each request is answered in time and granted only where the operator said so. Counting
 * resumes by itself.
 */
@ExtendWith(VertxExtension.class)
class RateLimitOutageTest {
    /** All limits of a chat are open; a join has one more. */
    private static final String LIMITS = """
            {"failOpen": ["user.burst", "user.minute", "user.hour", "user.bytes", "handshakes.minute"],
             "user": {"burst": 1000, "minute": 1000}, "actions": {"join": 1000}, "handshakes": {"minute": 1000}}
            """;

    private static final Verdict UNAVAILABLE = Verdict.refused(Rejection.unavailable());
    private static final int TIMEOUT_MS = 1_000;
    private static final int DEADLINE_MS = 20_000; // an attempt that waits for the deadline of the bus exceeds BOUND
    private static final int CONNECT_MS = 5_000;
    private static final Duration BOUND = Duration.ofSeconds(5); // allows for a busy machine

    private RedisProcess redis;
    private RedisConsole console;
    private Vertx vertx;

    /** The stage with its store, and the proxy between them. */
    private record Opened(DelayProxy proxy, RateLimiter limiter) {
        void expectWithoutStore() {
            long began = System.nanoTime();
            assertThat(chat()).isEqualTo(Verdict.GRANTED);
            assertThat(admitAddress()).isEqualTo(Verdict.GRANTED);
            assertThat(join()).isEqualTo(UNAVAILABLE);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(BOUND.multipliedBy(3));
        }

        void expectCounts() {
            assertThat(Await.until(() -> join().equals(Verdict.GRANTED))).isTrue();
        }

        private Verdict chat() {
            return answer(limiter.admit(sender("ada"), FrameType.CHAT, 1, LimitFixture.unreported(100)));
        }

        private Verdict join() {
            return answer(limiter.admit(sender("ada"), FrameType.JOIN, 1, LimitFixture.unreported(100)));
        }

        private Verdict admitAddress() {
            return answer(limiter.admitAddress(List.of("192.0.2.1")));
        }
    }

    @BeforeEach
    void start(Vertx fresh) {
        vertx = fresh;
        redis = RedisProcess.start();
        console = new RedisConsole(redis);
    }

    @AfterEach
    void stop() {
        redis.close();
    }

    private Opened open(int timeoutMs) throws Exception {
        DelayProxy proxy = DelayProxy.to(vertx, redis.port());
        RedisStore store = RedisStore.open(
                        vertx,
                        LimitFixture.redis("redis://127.0.0.1:" + proxy.port(), timeoutMs, CONNECT_MS),
                        (operation, nanos) -> {})
                .await(30, TimeUnit.SECONDS);
        RateLimitConfig config = LimitFixture.config(LIMITS);
        LimitRecord record = new LimitRecord(System::currentTimeMillis);
        Bus bus = new Bus(vertx, "n1", new BusConfig(DEADLINE_MS, 1_000));
        vertx.deployVerticle(new RateLimitVerticle(
                        0,
                        bus,
                        new RedisCounterStore(store, Live.fixed(config)),
                        new LoginCounters(new RedisRowStore(store)),
                        LoginFixture.defences(System::currentTimeMillis),
                        BanFixture.service(
                                bus,
                                new BanStore(RedisRowStore.exemptFromLimit(store), () -> 100),
                                new RedisStreamStore(store),
                                System::currentTimeMillis),
                        Live.fixed(config),
                        record.sinks(Live.fixed(config))))
                .await(30, TimeUnit.SECONDS);
        Opened opened = new Opened(proxy, new RateLimiter(bus, Live.fixed(config), record.observed()));
        opened.expectCounts();
        return opened;
    }

    @Test
    void paused_redis_delays_no_verdict() throws Exception {
        Opened stage = open(TIMEOUT_MS);
        redis.pause();
        stage.expectWithoutStore();

        redis.goOn();
        stage.expectCounts();
    }

    @Test
    void restarted_redis_counts_again() throws Exception {
        Opened stage = open(TIMEOUT_MS);
        redis.kill();
        stage.expectWithoutStore();

        redis.restart();
        stage.expectCounts();
    }

    @Test
    void full_redis_counts_nothing() throws Exception {
        Opened stage = open(TIMEOUT_MS);
        console.ask("CONFIG", "SET", "maxmemory", "1");
        stage.expectWithoutStore();

        console.ask("CONFIG", "SET", "maxmemory", "0");
        stage.expectCounts();
    }

    @Test
    void read_only_redis_counts_nothing() throws Exception {
        Opened stage = open(TIMEOUT_MS);
        console.ask("REPLICAOF", "127.0.0.1", "1");
        stage.expectWithoutStore();

        console.ask("REPLICAOF", "NO", "ONE");
        stage.expectCounts();
    }

    @Test
    void redis_slower_than_the_timeout_counts_as_down() throws Exception {
        Opened stage = open(TIMEOUT_MS);
        stage.proxy().delayBy(60 * TIMEOUT_MS); // long enough that the reply can't arrive before the timeout fires
        stage.expectWithoutStore();

        stage.proxy().delayBy(0);
        stage.expectCounts();
    }

    @Test
    void slow_redis_still_counts(VertxTestContext context) throws Exception {
        Opened stage = open(30_000);
        stage.proxy().delayBy(200);
        List<Future<Verdict>> requests = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            requests.add(stage.limiter().admit(sender("bob"), FrameType.READ, 1, LimitFixture.unreported(100)));
        }
        Future.all(requests).onComplete(context.succeeding(all -> {
            assertThat(all.<Verdict>list().stream().filter(LimitFixture::isGranted))
                    .hasSize(30);
            context.completeNow();
        }));
    }

    /** Fails for a request that the stage left unanswered. */
    private static Verdict answer(Future<Verdict> request) {
        return request.timeout(30, TimeUnit.SECONDS).await();
    }

    private static Sender sender(String user) {
        return new Sender(new UserId(user), Optional.empty(), Role.MEMBER, List.of(), "s-" + user);
    }
}
