package dev.portcullis.auth;

import dev.portcullis.kit.RedisProcess;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.redis.RedisConfig;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Sessions in a real Redis, with the leases of its lanes set by hand. */
final class RedisSessions {
    private final Vertx vertx = Vertx.vertx();
    private final List<RedisStore> open = new ArrayList<>();
    private final RedisProcess redis;
    private final RedisConnection raw;

    RedisSessions(String... settings) throws Exception {
        redis = RedisProcess.start(settings);
        raw = Redis.createClient(vertx, redis.uri()).connect().await(5, TimeUnit.SECONDS);
    }

    /** Another client of the same Redis. */
    SessionStore store(SessionsConfig config, LongSupplier clock) throws Exception {
        return new RedisSessionStore(client(), config, clock);
    }

    RedisStore client() throws Exception {
        RedisStore store = RedisStore.open(vertx, new RedisConfig(redis.uri(), 5_000, 2_048), (what, nanos) -> {})
                .await(5, TimeUnit.SECONDS);
        open.add(store);
        return store;
    }

    void clear() throws Exception {
        send(Command.FLUSHALL);
    }

    void graceUntil(UserId user, long until) throws Exception {
        send(Command.HSET, lane(user, "lane"), "grace", until);
    }

    void endGrace(UserId user) throws Exception {
        send(Command.HDEL, lane(user, "lane"), "grace");
    }

    void renew(UserId user, String incarnation, long at) throws Exception {
        send(Command.HSET, lane(user, "nodes"), incarnation, at);
    }

    void prune(UserId user, String incarnation) throws Exception {
        send(Command.HDEL, lane(user, "nodes"), incarnation);
    }

    List<String> leases(UserId user) throws Exception {
        return texts(send(Command.HKEYS, lane(user, "nodes")));
    }

    List<String> keys(String pattern) throws Exception {
        return texts(send(Command.KEYS, pattern));
    }

    private static List<String> texts(Response array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.toString()));
        return texts;
    }

    static String sessionsOf(UserId user) {
        return RedisKeys.of(Session.laneOf(user), "s", user.value());
    }

    static String handshakesOf(UserId user) {
        return lane(user, "h") + ":" + user.value();
    }

    Response send(Command command, Object... args) throws Exception {
        Request request = Request.cmd(command);
        for (Object arg : args) {
            request.arg(arg.toString());
        }
        return raw.send(request).await(5, TimeUnit.SECONDS);
    }

    private static String lane(UserId user, String part) {
        return RedisKeys.of(Session.laneOf(user), part);
    }

    void close() throws Exception {
        for (RedisStore each : open) {
            each.close().await(5, TimeUnit.SECONDS);
        }
        vertx.close().await(5, TimeUnit.SECONDS);
        redis.close();
    }
}
