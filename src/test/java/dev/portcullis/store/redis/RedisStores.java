package dev.portcullis.store.redis;

import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.store.redis.RedisConfig.Topology;
import io.vertx.core.CompositeFuture;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One Redis for the tests of a class, empty before each of them, and its clients, which are closed after each. */
public final class RedisStores implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    /** No call takes longer, however busy the machine is. */
    private static final int PATIENCE_MS = 30_000;

    private final List<RedisStore> opened = new ArrayList<>();
    private Optional<Running> running = Optional.empty();

    private record Running(RedisProcess redis, RedisConsole console, Vertx vertx) {}

    /** Its timeouts are ones that no test exceeds. */
    public static RedisConfig patient(RedisProcess redis, Topology topology) {
        RedisConfig one = RedisConfig.at(redis.uri());
        return new RedisConfig(
                topology,
                one.endpoints(),
                one.credentials(),
                one.masterName(),
                one.sentinelCredentials(),
                one.tls(),
                PATIENCE_MS,
                PATIENCE_MS,
                one.waiting(),
                one.limit(),
                one.reconnect(),
                one.acks());
    }

    public static RedisStore open(Vertx vertx, RedisConfig config) throws TimeoutException {
        return RedisStore.open(vertx, config, (operation, nanos) -> {}).await(PATIENCE_MS, TimeUnit.MILLISECONDS);
    }

    /** A new client, as another node would have it. */
    public RedisStore open() throws TimeoutException {
        RedisStore store = open(running().vertx(), patient(running().redis(), Topology.STANDALONE));
        opened.add(store);
        return store;
    }

    /** Begins calls in one turn of an event loop, and waits for all of their answers, as far as they succeed. */
    public <T> List<T> inOneTurn(Supplier<List<Future<T>>> calls) throws TimeoutException {
        Context loop = running().vertx().getOrCreateContext();
        return ContextSwitch.runOn(loop, () -> Future.all(calls.get()))
                .map(CompositeFuture::<T>list)
                .await(PATIENCE_MS, TimeUnit.MILLISECONDS);
    }

    public String ask(String... words) {
        return running().console().ask(words);
    }

    /** The keys that match a pattern. */
    public List<String> keys(String pattern) {
        return ask("KEYS", pattern).lines().filter(line -> !line.isBlank()).toList();
    }

    /** The only key that matches a pattern. */
    public String keyOf(String pattern) {
        List<String> keys = keys(pattern);
        if (keys.size() != 1) {
            throw new AssertionError(pattern + " matches " + keys);
        }
        return keys.get(0);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        RedisProcess redis = RedisProcess.start();
        running = Optional.of(new Running(redis, new RedisConsole(redis), Vertx.vertx()));
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        ask("FLUSHALL");
    }

    @Override
    public void afterEach(ExtensionContext context) throws TimeoutException {
        for (RedisStore each : opened) {
            each.close().await(PATIENCE_MS, TimeUnit.MILLISECONDS);
        }
        opened.clear();
    }

    @Override
    public void afterAll(ExtensionContext context) throws TimeoutException {
        running().vertx().close().await(PATIENCE_MS, TimeUnit.MILLISECONDS);
        running().redis().close();
    }

    private Running running() {
        return running.orElseThrow();
    }
}
