package dev.portcullis.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.Live;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.protocol.FrameAlias;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Rejection.Limited;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.CounterStore.AddressAttempt;
import dev.portcullis.ratelimit.CounterStore.Admission;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.redis.RedisStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script and LimitPolicy are one rule: both stores must give the same verdicts on random attempts, to the
 * millisecond.
 */
@ExtendWith(VertxExtension.class)
class CounterStoresAgreeTest {
    private static final int RUNS = 16;
    private static final int ATTEMPTS = 600;
    private static final FrameType[] ACTIONS = {
        FrameType.CHAT,
        FrameType.CHAT,
        FrameType.JOIN,
        FrameType.READ,
        FrameType.FILE_UPLOAD,
        FrameType.HISTORY,
        FrameType.PING
    };
    private static final long[] BOUNDARIES = {99, 100, 999, 1_000, 1_001, 59_999, 60_000, 60_001, 3_599_999, 3_600_000};
    private static final long WRAP = 1 << 24; // where the short times of the script wrap

    /** One attempt, for either store. */
    private interface Attempt {
        Future<Admission> on(CounterStore store);
    }

    @TempDir
    Path folder;

    private RedisProcess redis;
    private RedisConsole console;
    private RedisStore remote;

    @BeforeEach
    void start(Vertx vertx) throws Exception {
        redis = RedisProcess.start();
        console = new RedisConsole(redis);
        remote = RedisStore.open(vertx, LimitFixture.redisWithLongTimeouts(redis.uri()), (operation, nanos) -> {})
                .await(30, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        remote.close().await(30, TimeUnit.SECONDS);
        redis.close();
    }

    @Test
    void random_attempts_get_the_same_verdicts_from_both_stores() throws Exception {
        for (int run = 0; run < RUNS; run++) {
            long seed = new Random().nextLong();
            try (EmbeddedStore disk = EmbeddedStore.open(
                    folder.resolve("run" + run),
                    new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000))) {
                console.ask("FLUSHALL");
                new Traffic(seed, disk).flow();
            }
        }
    }

    private final class Traffic {
        private final String seed;
        private final Random random;
        private final AtomicLong clock = new AtomicLong(LimitFixture.NOON);
        private final CounterStore embedded;
        private final CounterStore shared;
        private Attempt last;
        private long lastWait = 1;

        Traffic(long seed, EmbeddedStore disk) throws Exception {
            this.seed = "seed " + seed;
            this.random = new Random(seed);
            this.last = attempt();
            RateLimitConfig config = config();
            this.embedded = EmbeddedCounterStore.open(disk, Live.fixed(config), clock::get)
                    .await(30, TimeUnit.SECONDS);
            this.shared = new RedisCounterStore(remote, Live.fixed(config), clock::get);
        }

        void flow() throws Exception {
            for (int i = 0; i < ATTEMPTS; i++) {
                clock.addAndGet(pause());
                if (random.nextInt(50) == 0) {
                    embedded.sweep().await(30, TimeUnit.SECONDS);
                    shared.sweep().await(30, TimeUnit.SECONDS);
                }
                if (random.nextInt(100) == 0) {
                    console.ask("SCRIPT", "FLUSH");
                }
                compare(i);
            }
        }

        private void compare(int i) throws Exception {
            Attempt current = random.nextBoolean() ? last : random.nextInt(5) == 0 ? address() : attempt();
            last = current;
            Future<Admission> actual = current.on(shared);
            Admission expected = current.on(embedded).await(30, TimeUnit.SECONDS);
            assertThat(actual.await(30, TimeUnit.SECONDS))
                    .as("attempt " + i + ", " + seed)
                    .isEqualTo(expected);
            LimitFixture.limitOf(expected.verdict()).map(Limited::retryAfterMs).ifPresent(wait -> lastWait = wait);
        }

        private Attempt attempt() {
            UserId user = new UserId("user" + random.nextInt(2));
            Role role = random.nextInt(5) == 0 ? Role.ADMIN : Role.MEMBER;
            int bytes = random.nextInt(4) == 0 ? random.nextInt(100_000) : random.nextInt(2_000);
            FrameType action = ACTIONS[random.nextInt(ACTIONS.length)];
            int rooms = action == FrameType.JOIN ? 1 + random.nextInt(4) : 1;
            FrameAttempt attempt = random.nextInt(10) == 0
                    ? FrameAttempt.report(user, role, random.nextInt(100) == 0 ? Integer.MAX_VALUE : bytes)
                    : random.nextInt(10) == 0
                            ? FrameAttempt.reportBlock(user, role, bytes, Window.MINUTE)
                            : FrameAttempt.of(user, role, action, rooms, bytes)
                                    .under(Optional.of(FrameAlias.SEND_MESSAGE)
                                            .filter(alias -> action == FrameType.CHAT && random.nextBoolean()));
            return store -> store.admit(attempt);
        }

        private Attempt address() {
            String address = "address" + random.nextInt(3);
            List<String> keys = random.nextBoolean() ? List.of(address) : List.of(address + "/64", "wide/48");
            return store -> store.admitAddress(new AddressAttempt(keys));
        }

        private long pause() {
            return switch (random.nextInt(40)) {
                case 0 -> random.nextInt(4_000_000);
                case 1 -> WRAP + random.nextInt(100_000) - 50_000;
                case 2, 3 -> random.nextInt(200_000);
                case 4, 5, 6 -> BOUNDARIES[random.nextInt(BOUNDARIES.length)];
                case 7, 8, 9, 10 -> lastWait;
                case 11, 12 -> Math.max(0, lastWait - 1);
                case 13, 14, 15, 16, 17, 18 -> random.nextInt(3_000);
                case 19, 20, 21, 22 -> random.nextInt(150);
                default -> 0;
            };
        }

        private String mode() {
            return random.nextInt(4) == 0 ? "observe" : "enforce";
        }

        private RateLimitConfig config() {
            return LimitFixture.config("""
                    {"user": {"burst": %d, "minute": %d, "hour": %d, "bytes": %d},
                     "actions": {"join": %d, "read": %d, "file_upload": 1, "chat": 8, "send-message": 4}, "roles": {"admin": 3},
                     "handshakes": {"minute": %d, "wideFactor": 2},
                     "blocks": {"burstMs": %d, "minuteMs": %d, "forgetMs": %d, "maxMs": %d,
                                "banAfter": %d, "banWindowMs": %d},
                     "mode": "%s", "modes": {%s}}
                    """.formatted(
                            1 + random.nextInt(8),
                            2 + random.nextInt(30),
                            3 + random.nextInt(40),
                            65_536 + random.nextInt(200_000),
                            1 + random.nextInt(6),
                            1 + random.nextInt(6),
                            1 + random.nextInt(6),
                            random.nextInt(3) * 1_000,
                            random.nextInt(3) * 30_000,
                            random.nextInt(3) * 300_000,
                            1_000 + random.nextInt(3_599_000),
                            random.nextInt(6),
                            1_000 + random.nextInt(3_599_000),
                            mode(),
                            Stream.of("user.burst", "user.bytes", "user.hour", "actions.join", "handshakes.minute")
                                    .filter(limit -> random.nextBoolean())
                                    .map(limit -> "\"" + limit + "\": \"" + mode() + "\"")
                                    .collect(Collectors.joining(", "))));
        }
    }
}
