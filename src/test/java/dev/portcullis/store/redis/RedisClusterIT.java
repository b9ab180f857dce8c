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
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisClusterIT {
    private static final int LANE = 5;
    private static final String KEY = RedisKeys.of(LANE, "count");

    private final Vertx vertx = Vertx.vertx();
    private RedisCluster cluster;
    private RedisStore store;

    @BeforeEach
    void open() throws Exception {
        cluster = RedisCluster.start();
        store = await(RedisFixture.open(vertx, "{'uri': '" + cluster.uri() + "', 'topology': 'cluster'}"));
    }

    @AfterEach
    void close() throws Exception {
        await(store.close());
        cluster.close();
        await(vertx.close());
    }

    @Test
    void every_lane_has_its_master() throws Exception {
        assertThat(store.clustered()).isTrue();
        for (int lane = 0; lane < Lanes.COUNT; lane++) {
            assertThat(await(count(store, lane)).toLong()).isEqualTo(1);
            RedisProcess owner = cluster.master(cluster.ownerOf(HashSlot.of(RedisKeys.of(lane, "count"))));
            assertThat(new RedisConsole(owner).ask("EXISTS", RedisKeys.of(lane, "count")))
                    .isEqualTo("1");
        }
        assertThat(store.healthy()).isTrue();
        assertThat(Stream.of(0, 1, 2).map(cluster::master).map(RedisClusterIT::redirections))
                .containsOnly("");
    }

    @Test
    void a_slot_is_followed_while_it_moves_and_after() throws Exception {
        assertThat(await(count(store, LANE)).toLong()).isEqualTo(1);
        int slot = HashSlot.of(KEY);
        RedisProcess giver = cluster.master(cluster.ownerOf(slot));
        RedisProcess taker = cluster.master((cluster.ownerOf(slot) + 1) % 3);
        slot(taker, slot, "IMPORTING", cluster.idOf(giver));
        slot(giver, slot, "MIGRATING", cluster.idOf(taker));
        assertThat(await(count(store, LANE)).toLong()).isEqualTo(2); // it is still there
        new RedisConsole(giver).ask("MIGRATE", "127.0.0.1", "" + taker.port(), KEY, "0", "5000");
        assertThat(await(count(store, LANE)).toLong()).isEqualTo(3); // asked over there, where the script was not known
        slot(taker, slot, "NODE", cluster.idOf(taker));
        slot(giver, slot, "NODE", cluster.idOf(taker));
        assertThat(await(count(store, LANE)).toLong()).isEqualTo(4); // sent over there
        assertThat(redirections(giver)).isNotEmpty();
        assertThat(new RedisConsole(taker).ask("GET", KEY)).isEqualTo("4");
    }

    @Test
    void a_master_that_dies_is_followed_by_its_replica() throws Exception {
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

    /** It goes on telling of a map that is no longer true. */
    @Test
    void a_node_that_lost_the_others_is_not_believed() throws Exception {
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
            RedisStore other = await(RedisFixture.open(vertx, "{'uri': '" + uri + "', 'topology': 'cluster'}"));
            assertThat(await(count(other, LANE)).toLong()).isEqualTo(1);
            assertThat(console.ask("GET", KEY)).isEqualTo("1");
            await(other.close());
        }
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

    /** What it sent to another master, as {@code INFO} counts it; nothing where it never had to. */
    private static String redirections(RedisProcess node) {
        return new RedisConsole(node)
                .ask("INFO", "errorstats")
                .lines()
                .filter(line -> line.startsWith("errorstat_MOVED") || line.startsWith("errorstat_ASK"))
                .reduce("", String::concat);
    }
}
