package dev.portcullis.store.redis;

import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.StoreTimes;
import dev.portcullis.store.StoreTimes.Operation;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Redis, as the adapters see it. Futures complete on the caller's context and fail with a {@link StoreFailure}. */
public final class RedisStore {
    private final Vertx vertx;
    private final RedisConfig config;
    private final StoreTimes times;
    private final Map<Context, Future<RedisConnection>> connections = new ConcurrentHashMap<>();

    private RedisStore(Vertx vertx, RedisConfig config, StoreTimes times) {
        this.vertx = vertx;
        this.config = config;
        this.times = times;
    }

    /** Completes once Redis has answered. */
    public static Future<RedisStore> open(Vertx vertx, RedisConfig config, StoreTimes times) {
        RedisStore store = new RedisStore(vertx, config, times);
        return store.connection().map(store);
    }

    /** Runs a script. Where the future fails it may have run or not. */
    public Future<Response> run(ScriptCall call) {
        long began = System.nanoTime();
        return connection()
                .compose(redis -> redis.send(call.byDigest())
                        .recover(broken -> isUnknown(broken)
                                ? redis.send(Request.cmd(Command.SCRIPT)
                                                .arg("LOAD")
                                                .arg(call.script().source()))
                                        .compose(loaded -> redis.send(call.byDigest()))
                                : Future.failedFuture(broken)))
                .timeout(config.timeoutMs(), TimeUnit.MILLISECONDS)
                .onComplete(any -> times.took(Operation.COMMIT, System.nanoTime() - began))
                .recover(broken ->
                        Future.failedFuture(new StoreFailure(call.script().name() + " failed")));
    }

    /** Whether it is a Redis Cluster, where a call touches one lane only. */
    public boolean clustered() {
        return false;
    }

    public boolean healthy() {
        return true;
    }

    public Future<Void> close() {
        return Future.join(connections.values().stream()
                        .map(connection -> connection.compose(RedisConnection::close))
                        .toList())
                .mapEmpty();
    }

    private Future<RedisConnection> connection() {
        return connections.computeIfAbsent(
                vertx.getOrCreateContext(),
                any -> Redis.createClient(vertx, new RedisOptions().setConnectionString(config.uri()))
                        .connect());
    }

    private static boolean isUnknown(Throwable broken) {
        return String.valueOf(broken.getMessage()).startsWith("NOSCRIPT");
    }
}
