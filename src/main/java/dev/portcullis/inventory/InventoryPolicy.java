package dev.portcullis.inventory;

import dev.portcullis.inventory.InventoryPage.Held;
import dev.portcullis.inventory.InventoryQuery.Kind;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes one page of the answers of many event loops, each of which is asked for its first rows only. A connection is on one event
 * loop, so its place is known there, and a name is the same everywhere: in these orders a page is exact. A room or a user that is
 * spread over several has its value only in the sum. In such an order each event loop tells its first ones, more than a page, and the
 * sums of these are sorted; if an event loop has more, the page says that it is cut.
 */
final class InventoryPolicy {
    /** The most rows that all event loops together are asked for in an order by sums. */
    private static final int CANDIDATES = 20_000;

    private InventoryPolicy() {}

    /** @param reply of one event loop of the node */
    record Answer(String node, InventoryReply reply) {}

    /** The question to each event loop, of which there are so many. */
    static InventoryQuery forEach(InventoryQuery page, int eventLoops) {
        if (isExact(page)) {
            return page;
        }
        int share = CANDIDATES / Math.max(1, eventLoops);
        return new InventoryQuery(
                page.kind(),
                page.filter(),
                page.order(),
                Optional.empty(), // a part of a sum may stand before the place, and the sum behind it
                Math.min(InventoryQuery.MOST, Math.max(page.limit(), share)));
    }

    static InventoryPage merge(InventoryQuery page, List<Answer> answers, List<String> missing) {
        Map<String, Held> held = held(answers);
        FirstRows first = new FirstRows(page);
        held.values().forEach(each -> first.add(each.row()));
        List<Held> rows = first.reply().rows().stream()
                .map(row -> Objects.requireNonNull(held.get(row.key())))
                .toList();
        boolean more = answers.stream().anyMatch(each -> each.reply().more());
        boolean further = first.reply().more() || (isExact(page) && more);
        Optional<RowPlace> last = rows.isEmpty()
                ? Optional.empty()
                : Optional.of(page.order().place(rows.get(rows.size() - 1).row()));
        return new InventoryPage(rows, last.filter(any -> further), !isExact(page) && more, missing);
    }

    /** Asks for the whole sums of the rows of a page; empty if it has them. */
    static Optional<InventoryQuery> sums(InventoryQuery page, InventoryPage found) {
        return Optional.of(found)
                .filter(each -> each.cut() && !each.rows().isEmpty())
                .map(each -> new InventoryQuery(
                        page.kind(),
                        page.filter()
                                .only(each.rows().stream()
                                        .map(held -> held.row().key())
                                        .collect(Collectors.toUnmodifiableSet())),
                        RowOrder.BY_NAME,
                        Optional.empty(),
                        page.limit()));
    }

    /** The page with these sums. Its end stays: the next page begins where the parts say, from which it is made again. */
    static InventoryPage withSums(InventoryQuery page, InventoryPage found, List<Answer> sums, List<String> missing) {
        Map<String, Held> whole = held(sums);
        Comparator<Held> order = Comparator.comparing(
                each -> page.order().place(each.row()), page.order().comparator());
        return new InventoryPage(
                found.rows().stream()
                        .map(each -> whole.getOrDefault(each.row().key(), each))
                        .sorted(order)
                        .toList(),
                found.next(),
                true,
                Stream.of(found.missing(), missing)
                        .flatMap(List::stream)
                        .distinct()
                        .sorted()
                        .toList());
    }

    private static boolean isExact(InventoryQuery page) {
        return page.kind() == Kind.CONNECTIONS || page.order().column() == InventoryColumn.NAME;
    }

    private static Map<String, Held> held(List<Answer> answers) {
        Map<String, InventoryRow> rows = new LinkedHashMap<>();
        Map<String, Map<String, Long>> nodes = new HashMap<>();
        for (Answer each : answers) {
            for (InventoryRow row : each.reply().rows()) {
                rows.merge(row.key(), row, InventoryRow::plus);
                nodes.computeIfAbsent(row.key(), any -> new TreeMap<>())
                        .merge(each.node(), row.connections(), Long::sum);
            }
        }
        Map<String, Held> held = new LinkedHashMap<>();
        rows.forEach((key, row) -> held.put(key, new Held(row, nodes.getOrDefault(key, Map.of()))));
        return held;
    }
}
