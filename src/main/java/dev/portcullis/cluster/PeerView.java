package dev.portcullis.cluster;

import dev.portcullis.bus.PeerNode;
import dev.portcullis.cluster.IsolationDetector.Peers;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The peer nodes that can be asked: those with a row in the directory that Hazelcast reaches. A dead node is removed at
 * once, when its connection closes. A missing row counts for two more reads, since a store that lost its data learns
 * the nodes one after the other.
 */
final class PeerView {
    private static final int MAX_MISSED_READS = 3;

    private final String me;
    private final Consumer<List<PeerNode>> listener;
    private final Map<String, KnownRow> rows = new HashMap<>();
    private Set<String> members = Set.of();
    private Peers age = Peers.NONE;
    private @Nullable KnownRow self;
    private boolean membersKnown;

    /** @param seenAt when the directory last had it, in nanoseconds */
    private record KnownRow(NodeRow row, int missed, long seenAt) {}

    /** @param listener gets all peer nodes after each change; never called by two threads at once */
    PeerView(String me, Consumer<List<PeerNode>> listener) {
        this.me = me;
        this.listener = listener;
    }

    /**
     * Applies a read of the directory.
     *
     * @param now in nanoseconds
     */
    synchronized void directoryRead(List<NodeRow> present, long now) {
        rows.replaceAll((node, known) -> new KnownRow(known.row(), known.missed() + 1, known.seenAt()));
        for (NodeRow row : present) {
            KnownRow seen = new KnownRow(row, 0, now);
            if (row.node().equals(me)) {
                self = seen;
            } else {
                rows.put(row.node(), seen);
            }
        }
        age = age(present.stream().filter(NodeRow::serves).map(NodeRow::node).toList());
        rows.values().removeIf(known -> known.missed() >= MAX_MISSED_READS);
        notifyListener();
    }

    /** Applies a change of the members that Hazelcast reaches. */
    synchronized void membersChanged(Set<String> present) {
        membersKnown = true;
        members = Set.copyOf(present);
        notifyListener();
    }

    /** Sets the members read at the start, unless a membership change was applied already, which is newer. */
    synchronized void initMembers(Set<String> present) {
        if (!membersKnown) {
            membersChanged(present);
        }
    }

    /** The other nodes that serve according to the directory, reachable or not. */
    synchronized List<String> serving() {
        return rows.values().stream()
                .filter(known -> known.missed() == 0 && known.row().serves())
                .map(known -> known.row().node())
                .toList();
    }

    /** The serving nodes that Hazelcast reaches: a node that was killed a moment ago is not among them. */
    synchronized List<String> reachable() {
        return serving().stream().filter(members::contains).toList();
    }

    /**
     * The nodes in the directory, this one first.
     *
     * @param now in nanoseconds
     */
    synchronized List<ClusterNode> described(long now) {
        return Stream.concat(
                        Stream.ofNullable(self),
                        rows.values().stream()
                                .sorted(Comparator.comparing(
                                        known -> known.row().node())))
                .map(known -> known.row().described(isReached(known.row().node()), now - known.seenAt()))
                .toList();
    }

    private boolean isReached(String node) {
        return node.equals(me) || members.contains(node);
    }

    /** The age of the serving peers in the directory relative to this node, reachable or not. */
    synchronized Peers age() {
        return age;
    }

    /** @param serving oldest first */
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
