package dev.portcullis.store.redis;

import static dev.portcullis.store.redis.RedisFixture.await;
import static dev.portcullis.store.redis.RedisFixture.count;
import static dev.portcullis.store.redis.RedisFixture.failed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.RedisCluster;
import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.store.Lanes;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class RedisClusterIT {
    private static final int LANE = 5;
    private static final String KEY = RedisKeys.of(LANE, "count");

    private RedisCluster cluster;
    private RedisStore store;

    @BeforeEach
    void open(Vertx vertx) throws Exception {
        cluster = RedisCluster.start();
        store = await(RedisFixture.open(vertx, patient(cluster.uri())));
    }

    @AfterEach
    void close() throws Exception {
        await(store.close());
        cluster.close();
    }

    @Test
    void each_lane_is_stored_at_its_master() throws Exception {
        assertThat(store.clustered()).isTrue();
        for (int lane = 0; lane < Lanes.COUNT; lane++) {
            assertThat(await(count(store, lane)).toLong()).isEqualTo(1);
            RedisProcess owner = cluster.master(cluster.ownerOf(HashSlot.of(RedisKeys.of(lane, "count"))));
            assertThat(new RedisConsole(owner).ask("EXISTS", RedisKeys.of(lane, "count")))
                    .isEqualTo("1");
        }
        assertThat(Await.until(store::healthy)).isTrue(); // a machine that paused has missed some probes
        assertThat(Stream.of(0, 1, 2).map(cluster::master).map(RedisClusterIT::redirections))
                .containsOnly("");
    }

    @Test
    void calls_to_a_migrating_slot_reach_its_keys() throws Exception {
        assertThat(await(count(store, LANE)).toLong()).isEqualTo(1);
        int slot = HashSlot.of(KEY);
        RedisProcess source = cluster.master(cluster.ownerOf(slot));
        RedisProcess target = cluster.master((cluster.ownerOf(slot) + 1) % 3);
        slot(target, slot, "IMPORTING", cluster.idOf(source));
        slot(source, slot, "MIGRATING", cluster.idOf(target));
        assertThat(await(count(store, LANE)).toLong()).isEqualTo(2); // the key is still at the source
        new RedisConsole(source).ask("MIGRATE", "127.0.0.1", "" + target.port(), KEY, "0", "5000");
        assertThat(await(count(store, LANE)).toLong())
                .isEqualTo(3); // ASK to the target, which does not know the script
        slot(target, slot, "NODE", cluster.idOf(target));
        slot(source, slot, "NODE", cluster.idOf(target));
        assertThat(await(count(store, LANE)).toLong()).isEqualTo(4); // MOVED to the target
        assertThat(redirections(source)).isNotEmpty();
        assertThat(new RedisConsole(target).ask("GET", KEY)).isEqualTo("4");
    }

    @Test
    void killed_master_is_replaced_by_its_replica() throws Exception {
        int lane = laneOf(0);
        assertThat(await(count(store, lane)).toLong()).isEqualTo(1);
        assertThat(new RedisConsole(cluster.master(0)).ask("WAIT", "1", "5000")).isEqualTo("1");
        cluster.master(0).kill();
        assertThat(Await.until(() -> !store.healthy())).isTrue();
        int other = laneOf(1);
        assertThat(Await.until(() -> !failed(count(store, lane)))).isTrue();
        assertThat(Await.until(store::healthy)).isTrue();
        assertThat(await(count(store, lane)).toLong()).isEqualTo(3);
        assertThat(await(count(store, other)).toLong()).isEqualTo(1);
    }

    /** The node keeps returning an outdated slot map. */
    @Test
    void node_that_is_cut_off_from_the_others_is_not_trusted(Vertx vertx) throws Exception {
        try (RedisProcess rest = RedisProcess.start("--cluster-enabled", "yes")) {
            RedisConsole console = new RedisConsole(rest);
            console.ask(Stream.concat(
                            Stream.of("CLUSTER", "ADDSLOTS"),
                            IntStream.range(0, HashSlot.COUNT).mapToObj(Integer::toString))
                    .toArray(String[]::new));
            cluster.master(1).kill();
            cluster.master(2).kill();
            assertThat(Await.until(() -> is("cluster_state:fail", cluster.master(0)) && is("cluster_state:ok", rest)))
                    .isTrue();
            String uri = cluster.master(0).uri() + ",127.0.0.1:" + rest.port();
            RedisStore other = await(RedisFixture.open(vertx, patient(uri)));
            assertThat(await(count(other, LANE)).toLong()).isEqualTo(1);
            assertThat(console.ask("GET", KEY)).isEqualTo("1");
            await(other.close());
        }
    }

    private static String patient(String uri) {
        return "{'uri': '" + uri + "', 'topology': 'cluster', " + RedisFixture.PATIENT + "}";
    }

    private static boolean is(String fact, RedisProcess node) {
        return new RedisConsole(node).ask("CLUSTER", "INFO").contains(fact);
    }

    private int laneOf(int master) {
        int lane = 0;
        while (cluster.ownerOf(HashSlot.of(RedisKeys.of(lane, ""))) != master) {
            lane++;
        }
        return lane;
    }

    private static void slot(RedisProcess node, int slot, String state, String id) {
        new RedisConsole(node).ask("CLUSTER", "SETSLOT", "" + slot, state, id);
    }

    /** The redirections that the node has sent, as {@code INFO} counts them; empty if none. */
    private static String redirections(RedisProcess node) {
        return new RedisConsole(node)
                .ask("INFO", "errorstats")
                .lines()
                .filter(line -> line.startsWith("errorstat_MOVED") || line.startsWith("errorstat_ASK"))
                .reduce("", String::concat);
    }
}
