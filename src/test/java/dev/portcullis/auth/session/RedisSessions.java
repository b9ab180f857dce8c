package dev.portcullis.auth.session;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.redis.RedisConfig.Topology;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.RedisStores;
import dev.portcullis.store.rows.RedisRowStore;
import dev.portcullis.streams.InboxConfig.AckPer;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Session stores on a real Redis, with leases that the test sets. */
public final class RedisSessions {
    private static final int SLOTS = 16_384;

    private final Vertx vertx = Vertx.vertx();
    private final List<RedisStore> clients = new ArrayList<>();
    private final RedisProcess redis;
    private final Topology topology;
    private final RedisConsole console;

    private RedisSessions(Topology topology, String... settings) {
        this.redis = RedisProcess.start(settings);
        this.topology = topology;
        this.console = new RedisConsole(redis);
    }

    public static RedisSessions alone() {
        return new RedisSessions(Topology.STANDALONE);
    }

    /** A Redis Cluster of one node with all slots: it refuses a script whose keys are in two slots. */
    static RedisSessions clustered() {
        RedisSessions redis =
                new RedisSessions(Topology.CLUSTER, "--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1");
        Stream<String> slots = IntStream.range(0, SLOTS).mapToObj(Integer::toString);
        redis.ask(Stream.concat(Stream.of("CLUSTER", "ADDSLOTS"), slots).toArray(String[]::new));
        assertThat(Await.until(() -> redis.ask("CLUSTER", "INFO").contains("cluster_state:ok")))
                .isTrue();
        return redis;
    }

    /** Another client of the same Redis. */
    public SessionStore store(SessionsConfig config, RevocationLimits limits, LongSupplier clock) throws Exception {
        RedisStore client = client();
        return new RedisSessionStore(
                client,
                config,
                revocations(client, limits, clock),
                SessionStoreContract.inboxes(AckPer.USER),
                clock,
                Optional.empty());
    }

    /** The revocations of the same Redis. */
    public RevocationStore revocations(RevocationLimits limits, LongSupplier clock) throws Exception {
        return revocations(client(), limits, clock);
    }

    static RevocationStore revocations(RedisStore client, RevocationLimits limits, LongSupplier clock) {
        return new RevocationStore(new RedisRowStore(client, clock), () -> limits);
    }

    RedisStore client() throws Exception {
        RedisStore client = RedisStores.open(vertx, RedisStores.patient(redis, topology));
        clients.add(client);
        return client;
    }

    public void clear() {
        ask("FLUSHALL");
    }

    void graceUntil(UserId user, long until) {
        ask("HSET", lane(user, "lane"), "grace", "" + until);
    }

    void endGrace(UserId user) {
        ask("HDEL", lane(user, "lane"), "grace");
    }

    public void renew(UserId user, String incarnation, long at) {
        ask("ZADD", lane(user, "leases"), "" + at, incarnation);
    }

    void prune(UserId user, String incarnation) {
        ask("ZREM", lane(user, "leases"), incarnation);
    }

    List<String> leases(UserId user) {
        return ask("ZRANGE", lane(user, "leases"), "0", "-1").lines().toList();
    }

    List<String> keys(String pattern) {
        return ask("KEYS", pattern).lines().toList();
    }

    long millisLeft(String key) {
        return Long.parseLong(ask("PTTL", key));
    }

    static String sessionsOf(UserId user) {
        return RedisKeys.of(Session.laneOf(user), "s", user.value());
    }

    static String handshakesOf(UserId user) {
        return RedisKeys.of(Session.laneOf(user), "h", user.value());
    }

    String ask(String... words) {
        return console.ask(words);
    }

    private static String lane(UserId user, String part) {
        return RedisKeys.of(Session.laneOf(user), part);
    }

    public void close() throws Exception {
        for (RedisStore each : clients) {
            done(each.close());
        }
        done(vertx.close());
        redis.close();
    }
}
