package dev.portcullis.streams.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.RedisCluster;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.RedisSentinels;
import dev.portcullis.store.redis.RedisConfig;
import dev.portcullis.store.redis.RedisConfig.Topology;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.RedisStores;
import dev.portcullis.store.redis.ReplicaAcks;
import dev.portcullis.streams.redis.AckedAppends.Losses;
import dev.portcullis.streams.redis.AckedAppends.Rooms;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Real failovers while appends go on: the replica is paused, so that it lags, and the master is killed. An append that is not
 * acknowledged is repeated under its key. {@code -Dportcullis.failovers=200} makes a long run of it.
 */
@Tag("faults")
@ExtendWith(VertxExtension.class)
class ReplicaAcksFaultsIT {
    private static final int FAILOVERS = Integer.getInteger("portcullis.failovers", 3);
    private static final int ACKS = Integer.getInteger("portcullis.acks", 600);

    /** More than the buffers between a master and a paused replica take: what is written behind it dies with the master. */
    private static final int LAG_BYTES = 24 << 20;

    /** A sentinel that did not run for two seconds does nothing for thirty. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Random random = new Random(Long.getLong("portcullis.seed", System.nanoTime()));

    private static final String[] KEEPING = {"--appendonly", "yes", "--appendfsync", "everysec"};

    /** A master and its replica. */
    private record Pair(RedisProcess master, RedisProcess replica) {}

    @Test
    void nothing_that_a_replica_confirmed_is_lost_when_sentinels_replace_the_master(Vertx vertx) throws Exception {
        Losses losses = withSentinels(vertx, new ReplicaAcks(1, 500));
        assertThat(losses.lost()).as(losses.toString()).isZero();
        assertThat(losses.doubled()).as(losses.toString()).isZero();
    }

    /** The control: without the wait the same failovers lose what was acknowledged. */
    @Test
    void what_no_replica_confirmed_is_lost_when_sentinels_replace_the_master(Vertx vertx) throws Exception {
        Losses losses = withSentinels(vertx, ReplicaAcks.NONE);
        assertThat(losses.lost()).as(losses.toString()).isPositive();
        assertThat(losses.doubled()).as(losses.toString()).isZero();
    }

    @Test
    void nothing_that_a_replica_confirmed_is_lost_when_a_cluster_replaces_a_master(Vertx vertx) throws Exception {
        Losses losses = inCluster(vertx, new ReplicaAcks(1, 500));
        assertThat(losses.lost()).as(losses.toString()).isZero();
        assertThat(losses.doubled()).as(losses.toString()).isZero();
    }

    @Test
    void what_no_replica_confirmed_is_lost_when_a_cluster_replaces_a_master(Vertx vertx) throws Exception {
        Losses losses = inCluster(vertx, ReplicaAcks.NONE);
        assertThat(losses.lost()).as(losses.toString()).isPositive();
        assertThat(losses.doubled()).as(losses.toString()).isZero();
    }

    private Losses withSentinels(Vertx vertx, ReplicaAcks acks) throws Exception {
        try (RedisProcess one = keeping();
                RedisProcess other = keeping("--replicaof", "127.0.0.1", "" + one.port());
                RedisSentinels sentinels = RedisSentinels.watching(one)) {
            RedisConfig config = config(sentinels.uri(), Topology.SENTINEL, acks);
            return failOver(vertx, config, new Pair(one, other), new Rooms(lane -> true), sentinels::name);
        }
    }

    /** Only the first master has a replica. */
    private Losses inCluster(Vertx vertx, ReplicaAcks acks) throws Exception {
        try (RedisCluster cluster = RedisCluster.start(Duration.ofSeconds(2), KEEPING)) {
            RedisConfig config = config(cluster.uri(), Topology.CLUSTER, acks);
            Pair pair = new Pair(cluster.master(0), cluster.replica());
            return failOver(vertx, config, pair, new Rooms(lane -> ownsFirst(cluster, lane)), master -> true);
        }
    }

    private static boolean ownsFirst(RedisCluster cluster, int lane) {
        long slot = new RedisConsole(cluster.master(1)).count("CLUSTER", "KEYSLOT", "{" + lane + "}");
        return cluster.ownerOf((int) slot) == 0;
    }

    /** A master that came back empty would be a second fault: the new one may be replaced by it again. */
    private static RedisProcess keeping(String... settings) {
        return RedisProcess.start(
                Stream.concat(Stream.of(KEEPING), Stream.of(settings)).toArray(String[]::new));
    }

    /** @param isNamed whether all who watch the masters name this one */
    private Losses failOver(Vertx vertx, RedisConfig config, Pair first, Rooms rooms, Predicate<RedisProcess> isNamed)
            throws Exception {
        RedisStore store = RedisStores.open(vertx, config);
        Losses all = Losses.NONE;
        Pair pair = first;
        try {
            for (int round = 0; round < FAILOVERS; round++) {
                AckedAppends appends = new AckedAppends(vertx, new RedisStreamStore(store), rooms, round);
                appends.start();
                assertThat(Await.until(() -> appends.acked() >= ACKS / 2 + random.nextInt(50), PATIENCE))
                        .as("acks before the failover")
                        .isTrue();
                killWhileItsReplicaLags(pair, appends, config.acks().areAwaited());
                RedisProcess promoted = pair.replica();
                assertThat(Await.until(() -> isMaster(promoted) && isNamed.test(promoted), PATIENCE))
                        .as("the replica is promoted")
                        .isTrue();
                pair.master().restart();
                pair = settled(pair, isNamed);
                int before = appends.acked();
                assertThat(Await.until(() -> appends.acked() >= before + ACKS / 2, PATIENCE))
                        .as("acks after the failover")
                        .isTrue();
                appends.stop();
                all = all.and(appends.check());
                System.out.printf(
                        "%s, ackReplicas %d: %s%n",
                        config.topology(), config.acks().replicas(), all);
            }
        } finally {
            store.close().await(30, TimeUnit.SECONDS);
        }
        return all;
    }

    /** Returns who is master when the other one follows. On a busy machine it may be replaced once more before. */
    private static Pair settled(Pair killed, Predicate<RedisProcess> isNamed) {
        Pair likely = new Pair(/* master= */ killed.replica(), /* replica= */ killed.master());
        Predicate<Pair> isSettled =
                pair -> isMaster(pair.master()) && isNamed.test(pair.master()) && follows(pair.replica());
        assertThat(Await.until(() -> isSettled.test(likely) || isSettled.test(killed), PATIENCE))
                .as("the former master follows the new one")
                .isTrue();
        return isMaster(likely.master()) ? likely : killed;
    }

    private void killWhileItsReplicaLags(Pair pair, AckedAppends appends, boolean awaited) {
        pair.replica().pause();
        fill(pair.master());
        if (awaited) {
            int before = appends.unacked();
            assertThat(Await.until(() -> appends.unacked() >= before + 5 + random.nextInt(20), PATIENCE))
                    .as("appends that are not acknowledged")
                    .isTrue();
        } else {
            int before = appends.acked();
            assertThat(Await.until(() -> appends.acked() >= before + 5 + random.nextInt(20), PATIENCE))
                    .as("acks that no replica has")
                    .isTrue();
        }
        pair.master().kill();
        pair.replica().goOn();
    }

    /** Writes so much that the replica can't have it. */
    private static void fill(RedisProcess master) {
        RedisConsole console = new RedisConsole(master);
        String key = console.ask("KEYS", "pc:*:lane").lines().findFirst().orElseThrow();
        String lane = key.substring(0, key.indexOf('}') + 1);
        String value = "x".repeat(1 << 20);
        for (int written = 0; written < LAG_BYTES; written += value.length()) {
            console.ask("SET", lane + ":lag", value);
        }
    }

    private static boolean isMaster(RedisProcess redis) {
        try {
            return new RedisConsole(redis).ask("ROLE").startsWith("master");
        } catch (UncheckedIOException cutOff) {
            return false;
        }
    }

    private static boolean follows(RedisProcess redis) {
        try {
            return new RedisConsole(redis).ask("INFO", "replication").contains("master_link_status:up");
        } catch (UncheckedIOException cutOff) {
            return false;
        }
    }

    private static RedisConfig config(String uri, Topology topology, ReplicaAcks acks) {
        RedisConfig one = RedisConfig.at(uri);
        return new RedisConfig(
                topology,
                one.endpoints(),
                one.credentials(),
                topology == Topology.SENTINEL ? Optional.of(RedisSentinels.MASTER_NAME) : Optional.empty(),
                one.sentinelCredentials(),
                one.tls(),
                one.timeoutMs(),
                one.connectMs(),
                one.waiting(),
                one.limit(),
                one.reconnect(),
                acks);
    }
}
