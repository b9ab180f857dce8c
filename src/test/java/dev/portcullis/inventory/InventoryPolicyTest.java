package dev.portcullis.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.inventory.InventoryPage.Held;
import dev.portcullis.inventory.InventoryPolicy.Answer;
import dev.portcullis.inventory.InventoryQuery.Filter;
import dev.portcullis.inventory.InventoryQuery.Kind;
import dev.portcullis.inventory.InventoryRow.ConnectionFacts;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.UserId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class InventoryPolicyTest {
    private static final RowOrder MOST_FIRST = new RowOrder(InventoryColumn.CONNECTIONS, true);

    @Test
    void user_on_two_nodes_is_one_row_with_both() {
        InventoryPage page = page(
                question(Kind.USERS, RowOrder.BY_NAME, 10),
                Map.of(
                        "n1", List.of(user("ann", 2, 10, 500), user("ben", 1, 0, 100)),
                        "n2", List.of(user("ann", 1, 5, 200))));
        assertThat(page.rows())
                .containsExactly(
                        new Held(user("ann", 3, 15, 200), Map.of("n1", 2L, "n2", 1L)),
                        new Held(user("ben", 1, 0, 100), Map.of("n1", 1L)));
        assertThat(page.next()).isEmpty();
        assertThat(page.cut()).isFalse();
    }

    @Test
    void sum_of_small_parts_stands_before_a_larger_part() {
        InventoryPage page = page(
                question(Kind.ROOMS, MOST_FIRST, 1),
                Map.of(
                        "n1", List.of(room("big", 5), room("spread", 3)),
                        "n2", List.of(room("spread", 3))));
        assertThat(names(page)).containsExactly("spread");
        assertThat(page.next()).contains(new RowPlace(6, "", "spread"));
    }

    @Test
    void parts_before_the_place_count_in_a_sum_behind_it() {
        InventoryQuery behind = new InventoryQuery(
                Kind.ROOMS,
                Filter.ALL,
                new RowOrder(InventoryColumn.CONNECTIONS, false),
                Optional.of(new RowPlace(3, "", "z")),
                10);
        InventoryPage page = page(behind, Map.of("n1", List.of(room("spread", 3)), "n2", List.of(room("spread", 3))));
        assertThat(names(page)).containsExactly("spread");
    }

    /** What is asked of each event loop is bounded, however many rows or event loops there are. */
    @ParameterizedTest
    @CsvSource({"1,1000", "20,1000", "40,500", "400,50", "4000,50"})
    void event_loops_share_the_candidates_of_an_order_by_sums(int eventLoops, int each) {
        InventoryQuery asked = InventoryPolicy.forEach(question(Kind.USERS, MOST_FIRST, 50), eventLoops);
        assertThat(asked.limit()).isEqualTo(each);
        assertThat(InventoryPolicy.forEach(question(Kind.USERS, RowOrder.BY_NAME, 50), eventLoops)
                        .limit())
                .isEqualTo(50);
    }

    @Test
    void page_of_sums_is_cut_where_a_node_has_more_and_is_then_asked_for_whole_sums() {
        InventoryQuery question = question(Kind.ROOMS, MOST_FIRST, 2);
        InventoryPage found = InventoryPolicy.merge(
                question,
                List.of(
                        new Answer("n1", new InventoryReply(List.of(room("a", 9), room("b", 8)), true)),
                        new Answer("n2", new InventoryReply(List.of(room("c", 2)), false))),
                List.of("n3"));
        assertThat(found.cut()).isTrue();
        InventoryQuery sums = InventoryPolicy.sums(question, found).orElseThrow();
        assertThat(sums.filter().keys()).containsExactlyInAnyOrder("a", "b");
        InventoryPage whole = InventoryPolicy.withSums(
                question,
                found,
                List.of(
                        new Answer("n1", new InventoryReply(List.of(room("a", 9), room("b", 8)), false)),
                        new Answer("n2", new InventoryReply(List.of(room("b", 4)), false))),
                List.of("n4", "n3"));
        assertThat(whole.rows())
                .containsExactly(
                        new Held(room("b", 12), Map.of("n1", 8L, "n2", 4L)), new Held(room("a", 9), Map.of("n1", 9L)));
        assertThat(whole.cut()).isTrue();
        assertThat(whole.missing()).containsExactly("n3", "n4");
        assertThat(whole.next()).isEqualTo(found.next());
    }

    @Test
    void page_that_no_node_cuts_needs_no_second_question() {
        InventoryQuery question = question(Kind.ROOMS, MOST_FIRST, 10);
        InventoryPage page = page(question, Map.of("n1", List.of(room("a", 1))));
        assertThat(InventoryPolicy.sums(question, page)).isEmpty();
    }

    /** Each order, page by page over random rows, gives each row once and in order. */
    @ParameterizedTest
    @EnumSource(InventoryColumn.class)
    void pages_of_connections_together_are_all_connections_in_order(InventoryColumn column) {
        for (boolean descending : new boolean[] {false, true}) {
            RowOrder order = new RowOrder(column, descending);
            Map<String, List<InventoryRow>> nodes = new HashMap<>();
            Random random = new Random(column.id().hashCode());
            for (int i = 0; i < 57; i++) {
                String node = "n" + random.nextInt(3);
                nodes.computeIfAbsent(node, any -> new ArrayList<>()).add(connection("s" + i, node, random));
            }
            Comparator<InventoryRow> comparator = Comparator.comparing(order::place, order.comparator());
            assertThat(walk(question(Kind.CONNECTIONS, order, 10), nodes))
                    .containsExactlyElementsOf(nodes.values().stream()
                            .flatMap(List::stream)
                            .sorted(comparator)
                            .toList());
        }
    }

    @Test
    void pages_by_name_are_exact_where_users_are_spread() {
        Map<String, List<InventoryRow>> nodes = new HashMap<>();
        Map<String, Long> whole = new HashMap<>();
        Random random = new Random(30);
        for (int node = 0; node < 4; node++) {
            List<InventoryRow> rows = new ArrayList<>();
            for (int i = 0; i < 90; i++) {
                if (random.nextBoolean()) {
                    rows.add(user("u" + i, 1 + random.nextInt(3), 0, 1));
                }
            }
            nodes.put("n" + node, rows);
            rows.forEach(row -> whole.merge(row.key(), row.connections(), Long::sum));
        }
        List<InventoryRow> walked = walk(question(Kind.USERS, RowOrder.BY_NAME, 7), nodes);
        assertThat(walked).extracting(InventoryRow::key).isSorted().doesNotHaveDuplicates();
        Map<String, Long> found = new HashMap<>();
        walked.forEach(row -> found.put(row.key(), row.connections()));
        assertThat(found).isEqualTo(whole);
    }

    /** The rows of all pages, each of which is asked for behind the one before. */
    private static List<InventoryRow> walk(InventoryQuery first, Map<String, List<InventoryRow>> nodes) {
        List<InventoryRow> rows = new ArrayList<>();
        Optional<RowPlace> after = Optional.empty();
        do {
            InventoryPage page =
                    page(new InventoryQuery(first.kind(), first.filter(), first.order(), after, first.limit()), nodes);
            page.rows().forEach(held -> rows.add(held.row()));
            after = page.next().flatMap(place -> RowPlace.parse(place.cursor()));
        } while (after.isPresent());
        return rows;
    }

    /** Asks each node as an event loop is asked. */
    private static InventoryPage page(InventoryQuery question, Map<String, List<InventoryRow>> nodes) {
        InventoryQuery each = InventoryPolicy.forEach(question, nodes.size());
        List<Answer> answers = nodes.entrySet().stream()
                .map(node -> {
                    FirstRows first = new FirstRows(each);
                    node.getValue().forEach(first::add);
                    return new Answer(node.getKey(), first.reply());
                })
                .toList();
        return InventoryPolicy.merge(question, answers, List.of());
    }

    private static InventoryQuery question(Kind kind, RowOrder order, int limit) {
        return new InventoryQuery(kind, Filter.ALL, order, Optional.empty(), limit);
    }

    private static List<String> names(InventoryPage page) {
        return page.rows().stream().map(held -> held.row().key()).toList();
    }

    private static InventoryRow room(String id, long connections) {
        return InventoryRow.ofRoom(id, connections);
    }

    private static InventoryRow user(String id, long connections, long waiting, long since) {
        return new InventoryRow(id, connections, connections, waiting, since, Optional.empty());
    }

    private static InventoryRow connection(String session, String node, Random random) {
        return new InventoryRow(
                session,
                1,
                random.nextInt(3),
                random.nextInt(3),
                random.nextInt(5),
                Optional.of(new ConnectionFacts(
                        new UserId("u" + random.nextInt(9)),
                        random.nextBoolean() ? Role.MEMBER : Role.MODERATOR,
                        node,
                        "192.0.2." + random.nextInt(4),
                        "websocket",
                        random.nextInt(4))));
    }

    @Test
    void rows_beyond_the_limit_are_told_as_more() {
        FirstRows first = new FirstRows(question(Kind.ROOMS, RowOrder.BY_NAME, 3));
        IntStream.of(5, 1, 4, 2, 3).forEach(i -> first.add(room("r" + i, i)));
        assertThat(first.reply().rows()).extracting(InventoryRow::key).containsExactly("r1", "r2", "r3");
        assertThat(first.reply().more()).isTrue();
        FirstRows all = new FirstRows(question(Kind.ROOMS, RowOrder.BY_NAME, 3));
        IntStream.of(3, 1, 2).forEach(i -> all.add(room("r" + i, i)));
        assertThat(all.reply().more()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "'',''",
        "abc,abc",
        "'1 2','1 2'",
        "'x y z','x y z'",
        "'1 a b c','1 a b c'",
        "'99999999999999999999  k',too large"
    })
    void text_that_is_no_place_is_none(String cursor, String why) {
        assertThat(RowPlace.parse(cursor)).as(why).isEmpty();
    }
}
