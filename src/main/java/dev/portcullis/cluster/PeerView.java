package dev.portcullis.cluster;

import dev.portcullis.bus.PeerNode;
import dev.portcullis.cluster.IsolationDetector.Peers;
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
final class PeerView {
    private static final int MAX_MISSED_READS = 3;

    private final String me;
    private final Consumer<List<PeerNode>> listener;
    private final Map<String, KnownRow> rows = new HashMap<>();
    private Set<String> members = Set.of();
    private Peers age = Peers.NONE;
    private boolean reached;

    private record KnownRow(NodeRow row, int missed) {}

    /** @param met is told each time anew; never from two threads at once */
    PeerView(String me, Consumer<List<PeerNode>> met) {
        this.me = me;
        this.listener = met;
    }

    /** What the directory says. */
    synchronized void directoryRead(List<NodeRow> present) {
        rows.replaceAll((node, seen) -> new KnownRow(seen.row(), seen.missed() + 1));
        present.stream().filter(row -> !row.node().equals(me)).forEach(row -> rows.put(row.node(), new KnownRow(row, 0)));
        age = age(present.stream().filter(NodeRow::serves).map(NodeRow::node).toList());
        rows.values().removeIf(seen -> seen.missed() >= MAX_MISSED_READS);
        notifyListener();
    }

    /** Whom Hazelcast reaches from now on. */
    synchronized void membersChanged(Set<String> present) {
        reached = true;
        members = Set.copyOf(present);
        notifyListener();
    }

    /** Whom it reached when it was asked. By now it may have told of somebody who went, and that is newer. */
    synchronized void initMembers(Set<String> present) {
        if (!reached) {
            membersChanged(present);
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
    synchronized Peers age() {
        return age;
    }

    /** @param serving those who came first in front */
    private Peers age(List<String> serving) {
        if (serving.stream().allMatch(me::equals)) {
            return Peers.NONE;
        }
        return serving.get(0).equals(me) ? Peers.YOUNGER : Peers.OLDER;
    }

    private void notifyListener() {
        listener.accept(rows.values().stream()
                .map(KnownRow::row)
                .filter(row -> row.serves() && members.contains(row.node()))
                .map(NodeRow::peer)
                .toList());
    }
}
