package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.bus.Stage;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.store.redis.RedisStore;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeDirectoryTest {
    private static final long LAPSE = 10_000;

    private final AtomicLong now = new AtomicLong(1_700_000_000_000L);
    private final Vertx vertx = Vertx.vertx();
    private RedisProcess redis;
    private NodeDirectory directory;

    @BeforeEach
    void open() {
        redis = RedisProcess.start();
        directory = new NodeDirectory(store(), LAPSE, now::get);
    }

    @AfterEach
    void close() {
        Nodes.await(vertx.close());
        redis.close();
    }

    @Test
    void at_first_nobody_is_there_and_looking_changes_nothing() {
        assertThat(read()).isEmpty();
        assertThat(read()).isEmpty();
    }

    @Test
    void who_renews_is_told_of_everybody_those_who_came_first_in_front() {
        renew("z");
        now.addAndGet(1);
        renew("a");
        now.addAndGet(1);
        assertThat(renew("m")).containsExactly("z", "a", "m");
        assertThat(renew("z")).containsExactly("z", "a", "m");
    }

    @Test
    void a_row_is_told_as_it_was_last_said() {
        renew("a");
        NodeRow serving = row("a").serving(Map.of(Stage.ROOMS, 2));
        assertThat(Nodes.await(directory.renew(serving))).containsExactly(serving);
        assertThat(Nodes.await(directory.read())).containsExactly(serving);
    }

    @Test
    void who_does_not_renew_lapses() {
        renew("a");
        now.addAndGet(LAPSE);
        assertThat(renew("b")).containsExactly("a", "b");
        now.addAndGet(1);
        assertThat(renew("b")).containsExactly("b");
    }

    @Test
    void who_comes_back_after_it_lapsed_is_the_newest() {
        renew("a");
        now.addAndGet(LAPSE);
        renew("b");
        now.addAndGet(1);
        assertThat(renew("a")).containsExactly("b", "a");
    }

    @Test
    void who_departs_is_gone_at_once_and_may_say_so_twice() {
        renew("a");
        renew("b");
        Nodes.await(directory.leave("a"));
        Nodes.await(directory.leave("a"));
        assertThat(read()).containsExactly("b");
    }

    @Test
    void a_clock_that_falls_back_lets_nobody_lapse() {
        renew("a");
        now.addAndGet(-60_000);
        assertThat(renew("b")).containsExactly("b", "a");
    }

    /** The release before must not delete what it can't read. */
    @Test
    void a_row_of_another_form_is_passed_over_and_kept() {
        Redis plain = Redis.createClient(vertx, redis.uri());
        Nodes.await(plain.send(
                Request.cmd(Command.HSET).arg("pc:{0}:directory").arg("future").arg("of another form")));
        assertThat(renew("a")).containsExactly("a");
        now.addAndGet(LAPSE + 1);
        renew("a");
        assertThat(Nodes.await(plain.send(Request.cmd(Command.HGET)
                                .arg("pc:{0}:directory")
                                .arg("future")))
                        .toString())
                .isEqualTo("of another form");
    }

    @Test
    void outside_a_test_the_store_s_own_clock_counts() {
        directory = NodeDirectory.of(store(), ClusterFixture.config("cluster.directoryTtlMs=60000"));
        assertThat(renew("a")).containsExactly("a");
        assertThat(renew("b")).containsExactly("a", "b");
    }

    private RedisStore store() {
        return Nodes.await(RedisStore.open(vertx, ClusterFixture.redis(redis.uri()), (operation, nanos) -> {}));
    }

    private List<String> renew(String node) {
        return Nodes.await(directory.renew(row(node))).stream()
                .map(NodeRow::node)
                .toList();
    }

    private List<String> read() {
        return Nodes.await(directory.read()).stream().map(NodeRow::node).toList();
    }

    private static NodeRow row(String node) {
        return new NodeRow(node, ClusterFixture.settings("x"), Map.of(), "0.1.0");
    }
}
