package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.bus.Stage;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.store.redis.RedisStore;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class NodeDirectoryTest {
    private static final long TTL = 10_000;

    private final AtomicLong now = new AtomicLong(1_700_000_000_000L);
    private Vertx vertx;
    private RedisProcess redis;
    private NodeDirectory directory;

    @BeforeEach
    void open(Vertx fresh) {
        vertx = fresh;
        redis = RedisProcess.start();
        directory = new NodeDirectory(store(), TTL, now::get);
    }

    @AfterEach
    void close() {
        Nodes.await(vertx.close());
        redis.close();
    }

    @Test
    void new_directory_is_empty_and_a_read_changes_nothing() {
        assertThat(read()).isEmpty();
        assertThat(read()).isEmpty();
    }

    @Test
    void renewal_returns_all_nodes_oldest_first() {
        renew("z");
        now.addAndGet(1);
        renew("a");
        now.addAndGet(1);
        assertThat(renew("m")).containsExactly("z", "a", "m");
        assertThat(renew("z")).containsExactly("z", "a", "m");
    }

    @Test
    void read_returns_the_row_as_last_renewed() {
        renew("a");
        NodeRow serving = row("a").serving(Map.of(Stage.ROOMS, 2));
        assertThat(Nodes.await(directory.renew(serving))).containsExactly(serving);
        assertThat(Nodes.await(directory.read())).containsExactly(serving);
    }

    @Test
    void row_expires_without_renewal() {
        renew("a");
        now.addAndGet(TTL);
        assertThat(renew("b")).containsExactly("a", "b");
        now.addAndGet(1);
        assertThat(renew("b")).containsExactly("b");
    }

    @Test
    void node_that_returns_after_expiry_is_the_youngest() {
        renew("a");
        now.addAndGet(TTL);
        renew("b");
        now.addAndGet(1);
        assertThat(renew("a")).containsExactly("b", "a");
    }

    @Test
    void leaving_removes_the_row_at_once_and_is_idempotent() {
        renew("a");
        renew("b");
        Nodes.await(directory.leave("a"));
        Nodes.await(directory.leave("a"));
        assertThat(read()).containsExactly("b");
    }

    @Test
    void clock_set_back_expires_no_row() {
        renew("a");
        now.addAndGet(-60_000);
        assertThat(renew("b")).containsExactly("b", "a");
    }

    /** A release must not delete rows that it cannot read. */
    @Test
    void row_of_another_form_is_ignored_and_kept() {
        Redis plain = Redis.createClient(vertx, redis.uri());
        Nodes.await(plain.send(
                Request.cmd(Command.HSET).arg("pc:{0}:directory").arg("future").arg("of another form")));
        assertThat(renew("a")).containsExactly("a");
        now.addAndGet(TTL + 1);
        renew("a");
        assertThat(Nodes.await(plain.send(Request.cmd(Command.HGET)
                                .arg("pc:{0}:directory")
                                .arg("future")))
                        .toString())
                .isEqualTo("of another form");
    }

    @Test
    void clock_of_the_store_is_used_by_default() {
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
