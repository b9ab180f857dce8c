package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.bus.Stage;
import dev.portcullis.store.rows.MemoryRowStore;
import dev.portcullis.store.rows.Partition;
import dev.portcullis.store.rows.RowKey;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class NodeDirectoryTest {
    private static final long TTL = 10_000;

    private final AtomicLong now = new AtomicLong(1_700_000_000_000L);
    private final MemoryRowStore rows = new MemoryRowStore(now::get);
    private final NodeDirectory directory = new NodeDirectory(rows, TTL);

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
        RowKey future = new Partition("nodes", "all").row("future");
        rows.set(0, future, "of another form");
        assertThat(renew("a")).containsExactly("a");
        now.addAndGet(TTL + 1);
        renew("a");
        assertThat(rows.any(future::equals)).isTrue();
    }

    @Test
    void row_that_has_expired_is_removed_by_the_next_renewal_of_another_node() {
        renew("a");
        now.addAndGet(TTL + 1);
        renew("b");
        assertThat(rows.keysOf("nodes")).containsExactly("b");
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
