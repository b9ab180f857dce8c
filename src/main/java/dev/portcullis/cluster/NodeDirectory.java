package dev.portcullis.cluster;

import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.rows.Partition;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RedisRowStore;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.Rows;
import dev.portcullis.store.rows.WriteSet;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The directory of nodes in the store: a row for each node, which it renews once a second. Reading and renewing are one step, so
 * that of two nodes that join at once the second one sees the first. A row keeps its age while it is renewed in time.
 */
final class NodeDirectory {
    private static final int LANE = 0;
    private static final Partition NODES = new Partition("nodes", "all");

    /** More than a cluster may have, with those that have expired since the last renewal of any. */
    private static final RowRange ALL = NODES.first(10_000);

    private final RowStore rows;
    private final long directoryTtlMs;

    NodeDirectory(RowStore rows, long directoryTtlMs) {
        this.rows = rows;
        this.directoryTtlMs = directoryTtlMs;
    }

    static NodeDirectory of(RedisStore store, ClusterConfig config) {
        return new NodeDirectory(new RedisRowStore(store), config.directoryTtlMs());
    }

    /** The nodes whose rows have not expired, oldest first. */
    Future<List<NodeRow>> read() {
        return rows.read(LANE, ReadSet.of(ALL)).map(found -> oldestFirst(live(found)));
    }

    /** Writes this node's row, removes those that have expired, and returns all others with this one, oldest first. */
    Future<List<NodeRow>> renew(NodeRow mine) {
        return rows.change(LANE, ReadSet.of(ALL), found -> {
            List<Entry> live = live(found).toList();
            long since = live.stream()
                    .filter(each -> each.node().equals(mine.node()))
                    .findFirst()
                    .map(Entry::since)
                    .orElse(found.now());
            Entry own = new Entry(mine.node(), found.now(), since, mine.text());
            WriteSet writes = WriteSet.of(NODES.row(own.node()), own.encode());
            for (Entry each : entries(found)
                    .filter(each -> !each.isLive(found.now(), directoryTtlMs))
                    .toList()) {
                writes = each.node().equals(own.node()) ? writes : writes.remove(NODES.row(each.node()));
            }
            Stream<Entry> others = live.stream().filter(each -> !each.node().equals(own.node()));
            return RowStep.done(oldestFirst(Stream.concat(others, Stream.of(own))), writes);
        });
    }

    /** Removes a node's row. */
    Future<Void> leave(String node) {
        return rows.change(
                        LANE,
                        ReadSet.of(NODES.row(node)),
                        found -> RowStep.done(true, WriteSet.NONE.remove(NODES.row(node))))
                .mapEmpty();
    }

    private Stream<Entry> live(Rows found) {
        return entries(found).filter(each -> each.isLive(found.now(), directoryTtlMs));
    }

    private static Stream<Entry> entries(Rows found) {
        return found.get(ALL).stream().flatMap(row -> Entry.decode(row).stream());
    }

    private static List<NodeRow> oldestFirst(Stream<Entry> entries) {
        return entries.sorted(Comparator.comparingLong(Entry::since).thenComparing(Entry::node))
                .flatMap(each -> NodeRow.of(each.node(), each.text()).stream())
                .toList();
    }

    /**
     * A row as the store keeps it: {@code 1 <renewed> <since> <text>}.
     *
     * @param renewed when the node renewed it last, in milliseconds by the store's clock
     * @param since when the node came
     */
    private record Entry(String node, long renewed, long since, String text) {
        private static final String FORMAT = "1";
        private static final int PARTS = 4;

        String encode() {
            return String.join(" ", FORMAT, Long.toString(renewed), Long.toString(since), text);
        }

        /** Empty for another form: a later release may write it, and its rows must be kept. */
        static Optional<Entry> decode(Rows.Row row) {
            String[] parts = row.value().split(" ", PARTS);
            try {
                return parts.length == PARTS && parts[0].equals(FORMAT)
                        ? Optional.of(
                                new Entry(row.key(), Long.parseLong(parts[1]), Long.parseLong(parts[2]), parts[3]))
                        : Optional.empty();
            } catch (NumberFormatException malformed) {
                return Optional.empty();
            }
        }

        boolean isLive(long now, long ttlMs) {
            return now - renewed <= ttlMs;
        }
    }
}
