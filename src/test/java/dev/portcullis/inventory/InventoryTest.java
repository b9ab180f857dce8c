package dev.portcullis.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.bus.PeerNode;
import dev.portcullis.bus.Stage;
import dev.portcullis.inventory.InventoryPage.Held;
import dev.portcullis.inventory.InventoryQuery.Filter;
import dev.portcullis.inventory.InventoryQuery.Kind;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.LoopbackCluster;
import dev.portcullis.kit.TestNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A page of nodes with two event loops each, over real event buses. */
class InventoryTest {
    private static final RowOrder MOST_FIRST = new RowOrder(InventoryColumn.CONNECTIONS, true);

    private final LoopbackCluster cluster = new LoopbackCluster();

    @AfterEach
    void close() throws Exception {
        cluster.close();
    }

    @Test
    void page_has_the_rows_of_each_event_loop_of_all_nodes_and_names_a_node_that_stands_still() throws Exception {
        Vertx second = cluster.join("n2");
        Bus bus = bus(cluster.join("n1"), "n1");
        Bus other = bus(second, "n2");
        answer(bus, 0, List.of(InventoryRow.ofRoom("lobby", 2), InventoryRow.ofRoom("attic", 1)));
        answer(bus, 1, List.of(InventoryRow.ofRoom("lobby", 3)));
        answer(other, 0, List.of(InventoryRow.ofRoom("lobby", 4), InventoryRow.ofRoom("cellar", 1)));
        answer(other, 1, List.of());
        Inventory inventory = new Inventory(bus, 1_000, Map::of);
        assertThat(Await.until(() -> page(inventory, Optional.empty()).missing().isEmpty()))
                .isTrue();
        assertThat(page(inventory, Optional.empty()).rows())
                .containsExactly(
                        new Held(InventoryRow.ofRoom("attic", 1), Map.of("n1", 1L)),
                        new Held(InventoryRow.ofRoom("cellar", 1), Map.of("n2", 1L)),
                        new Held(InventoryRow.ofRoom("lobby", 9), Map.of("n1", 5L, "n2", 4L)));
        assertThat(page(inventory, Optional.of("n2")).rows())
                .extracting(held -> held.row().key())
                .containsExactly("cellar", "lobby");
        cluster.stop(second);
        InventoryPage without = page(inventory, Optional.empty());
        assertThat(without.missing()).contains("n2");
        assertThat(Await.until(() -> page(inventory, Optional.empty())
                        .equals(new InventoryPage(
                                List.of(
                                        new Held(InventoryRow.ofRoom("attic", 1), Map.of("n1", 1L)),
                                        new Held(InventoryRow.ofRoom("lobby", 5), Map.of("n1", 5L))),
                                Optional.empty(),
                                false,
                                List.of("n2")))))
                .isTrue();
    }

    /** A node that was killed or paused a moment ago is in the directory and no longer on the bus. */
    @Test
    void node_that_the_cluster_knows_and_the_bus_does_not_is_missing() throws Exception {
        Bus bus = new Bus(cluster.join("n1"), "n1", TestNode.patient(new BusConfig(1_000, 100)));
        answer(bus, 0, List.of(InventoryRow.ofRoom("lobby", 2)));
        Inventory inventory = new Inventory(bus, 1_000, () -> Map.of("n1", 0, "n2", 1, "n3", 0));
        InventoryPage page = page(inventory, Optional.empty());
        assertThat(page.rows()).extracting(held -> held.row().key()).containsExactly("lobby");
        assertThat(page.missing()).containsExactly("n2");
        assertThat(page(inventory, Optional.of("n2")).missing()).containsExactly("n2");
        assertThat(page(inventory, Optional.of("n3")).missing())
                .as("it has no edge")
                .isEmpty();
    }

    @Test
    void node_that_the_cluster_does_not_know_is_missing() throws Exception {
        Bus bus = bus(cluster.join("n1"), "n1");
        answer(bus, 0, List.of(InventoryRow.ofRoom("lobby", 2)));
        InventoryPage page = page(new Inventory(bus, 1_000, Map::of), Optional.of("n9"));
        assertThat(page).isEqualTo(new InventoryPage(List.of(), Optional.empty(), false, List.of("n9")));
    }

    /** More rooms than an event loop is asked for: the part that the other one did not tell counts all the same. */
    @Test
    void sum_of_a_shown_row_is_whole_where_the_order_is_cut() throws Exception {
        Bus bus = bus(cluster.join("n1"), "n1");
        answer(bus, 0, List.of(InventoryRow.ofRoom("lobby", 10_000)));
        List<InventoryRow> many = IntStream.range(0, 2_000)
                .mapToObj(i -> InventoryRow.ofRoom("room-" + i, 100))
                .collect(Collectors.toCollection(ArrayList::new));
        many.add(InventoryRow.ofRoom("lobby", 7));
        answer(bus, 1, many);
        InventoryPage page = Await.done(new Inventory(bus, 30_000, Map::of)
                .page(new InventoryQuery(Kind.ROOMS, Filter.ALL, MOST_FIRST, Optional.empty(), 2), Optional.of("n1")));
        assertThat(page.cut()).isTrue();
        assertThat(page.rows().get(0)).isEqualTo(new Held(InventoryRow.ofRoom("lobby", 10_007), Map.of("n1", 10_007L)));
        assertThat(page.next()).isPresent();
    }

    private static InventoryPage page(Inventory inventory, Optional<String> node) {
        return Await.done(inventory.page(
                new InventoryQuery(Kind.ROOMS, Filter.ALL, RowOrder.BY_NAME, Optional.empty(), 10), node));
    }

    private static Bus bus(Vertx vertx, String node) {
        Bus bus = new Bus(vertx, node, TestNode.patient(new BusConfig(1_000, 100)));
        bus.updatePeers(List.of(new PeerNode("n1", Map.of(Stage.EDGE, 2)), new PeerNode("n2", Map.of(Stage.EDGE, 2))));
        return bus;
    }

    /** As an event loop with these rows answers. */
    private static void answer(Bus bus, int instance, List<InventoryRow> rows) {
        Await.done(bus.answer(InventoryQuery.QUESTION, instance, question -> {
            FirstRows first = new FirstRows(question);
            rows.stream()
                    .filter(row -> question.filter().keys().isEmpty()
                            || question.filter().keys().contains(row.key()))
                    .forEach(first::add);
            return Future.succeededFuture(first.reply());
        }));
    }
}
