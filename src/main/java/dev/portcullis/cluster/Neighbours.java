package dev.portcullis.cluster;

import dev.portcullis.bus.Peer;
import dev.portcullis.cluster.Hearing.Company;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The other nodes that can be asked: those whose row stands in the directory and whom Hazelcast reaches. A dead node goes
 * by its connection, at once. A row that is missing counts for two more looks, since a store that was away has forgotten
 * everybody for a moment.
 */
final class Neighbours {
    private static final int PATIENCE = 3;

    private final String me;
    private final Consumer<List<Peer>> met;
    private final Map<String, Seen> rows = new HashMap<>();
    private Set<String> members = Set.of();
    private Company company = Company.NOBODY;
    private boolean reached;

    private record Seen(NodeRow row, int missed) {}

    /** @param met is told each time anew; never from two threads at once */
    Neighbours(String me, Consumer<List<Peer>> met) {
        this.me = me;
        this.met = met;
    }

    /** What the directory says. */
    synchronized void read(List<NodeRow> present) {
        rows.replaceAll((node, seen) -> new Seen(seen.row(), seen.missed() + 1));
        present.stream().filter(row -> !row.node().equals(me)).forEach(row -> rows.put(row.node(), new Seen(row, 0)));
        company = company(
                present.stream().filter(NodeRow::serves).map(NodeRow::node).toList());
        rows.values().removeIf(seen -> seen.missed() >= PATIENCE);
        tell();
    }

    /** Whom Hazelcast reaches from now on. */
    synchronized void reach(Set<String> present) {
        reached = true;
        members = Set.copyOf(present);
        tell();
    }

    /** Whom it reached when it was asked. By now it may have told of somebody who went, and that is newer. */
    synchronized void begin(Set<String> present) {
        if (!reached) {
            reach(present);
        }
    }

    /** The other nodes that the directory knows to serve, whether or not they can be reached. */
    synchronized List<String> serving() {
        return rows.values().stream()
                .filter(seen -> seen.missed() == 0 && seen.row().serves())
                .map(seen -> seen.row().node())
                .toList();
    }

    /** Of those the ones that Hazelcast reaches: a node that was killed a moment ago is none of them. */
    synchronized List<String> reached() {
        return serving().stream().filter(members::contains).toList();
    }

    /** Who stands in the directory beside this node, reached or not. */
    synchronized Company company() {
        return company;
    }

    /** @param serving those who came first in front */
    private Company company(List<String> serving) {
        if (serving.stream().allMatch(me::equals)) {
            return Company.NOBODY;
        }
        return serving.get(0).equals(me) ? Company.YOUNGER : Company.OLDER;
    }

    private void tell() {
        met.accept(rows.values().stream()
                .map(Seen::row)
                .filter(row -> row.serves() && members.contains(row.node()))
                .map(NodeRow::peer)
                .toList());
    }
}
