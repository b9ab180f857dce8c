package dev.portcullis.ratelimit;

import dev.portcullis.config.Live;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.ratelimit.CounterStore.Admission;
import dev.portcullis.store.redis.RedisConfig;
import dev.portcullis.store.redis.RedisStore;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Prints the cost of admission on a real Redis: time for each call, and bytes for each user. Run by hand. The users'
 * clock is simulated, so that hours of chat take seconds.
 */
final class AdmissionCost {
    private static final int USERS = 250;
    private static final Pattern TIME_OF_SCRIPTS = Pattern.compile("cmdstat_evalsha:\\S*usec_per_call=([0-9.]+)");

    private final Context loop;
    private final RedisConsole console;
    private final RedisStore store;
    private final AtomicLong clock = new AtomicLong(LimitFixture.NOON);

    private AdmissionCost(Vertx vertx, RedisConsole console, RedisStore store) {
        this.loop = vertx.getOrCreateContext();
        this.console = console;
        this.store = store;
    }

    public static void main(String[] args) throws Exception {
        Vertx vertx = Vertx.vertx();
        try (RedisProcess redis = RedisProcess.start()) {
            RedisStore store = RedisStore.open(
                            vertx, new RedisConfig(redis.uri(), 5_000, 2_048), (operation, nanos) -> {})
                    .await(30, TimeUnit.SECONDS);
            AdmissionCost cost = new AdmissionCost(vertx, new RedisConsole(redis), store);
            System.out.println("what                                 granted   Redis µs/call   bytes/user");
            cost.measure("a chat each 3.7 s, for an hour", FrameType.CHAT, 3_700, 970);
            cost.measure("a chat each 1.1 s, near the limit", FrameType.CHAT, 1_101, 400);
            cost.measure("a chat each 10 s, for an hour", FrameType.CHAT, 10_000, 360);
            cost.measure("a chat each 59 s, for two hours", FrameType.CHAT, 59_000, 122);
            cost.measure("typing each 2.1 s: two records", FrameType.TYPING_INDICATOR, 2_100, 400);
            cost.measure("a read each 2.1 s: its own record only", FrameType.READ, 2_100, 400);
            cost.measure("a flood, blocked", FrameType.CHAT, 1, 400);
            store.close().await(30, TimeUnit.SECONDS);
        } finally {
            vertx.close().await(30, TimeUnit.SECONDS);
        }
    }

    /** Measures the second half, when the store is as full as it will be. */
    private void measure(String what, FrameType action, long everyMs, int rounds) throws Exception {
        console.ask("FLUSHALL");
        CounterStore counters = new RedisCounterStore(store, Live.fixed(LimitFixture.config("{}")), clock::get);
        int granted = 0;
        for (int round = 0; round < rounds; round++) {
            if (round == rounds / 2) {
                console.ask("CONFIG", "RESETSTAT");
            }
            clock.addAndGet(everyMs);
            granted += round(counters, action);
        }
        Matcher time = TIME_OF_SCRIPTS.matcher(console.ask("INFO", "commandstats"));
        System.out.printf(
                "%-38s %5.1f %%   %13s   %10d%n",
                what, 100.0 * granted / (rounds * USERS), time.find() ? time.group(1) : "?", bytes() / USERS);
    }

    private int round(CounterStore counters, FrameType action) throws Exception {
        Promise<Integer> granted = Promise.promise();
        loop.runOnContext(go -> {
            List<Future<Admission>> requests = IntStream.range(0, USERS)
                    .mapToObj(user -> counters.admit(LimitFixture.attempt("user-%06d".formatted(user), action)))
                    .toList();
            Future.all(requests)
                    .map(all -> (int) requests.stream()
                            .map(Future::result)
                            .map(Admission::verdict)
                            .filter(LimitFixture::isGranted)
                            .count())
                    .onComplete(granted);
        });
        return granted.future().await(30, TimeUnit.SECONDS);
    }

    private long bytes() {
        return Long.parseLong(console.ask(
                "EVAL",
                "local sum = 0 for _, key in ipairs(redis.call('KEYS', '*')) do"
                        + " sum = sum + redis.call('MEMORY', 'USAGE', key) end return sum",
                "0"));
    }
}
