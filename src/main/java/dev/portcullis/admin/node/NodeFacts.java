package dev.portcullis.admin.node;

import dev.portcullis.protocol.LowerCaseId;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The facts that a node knows about itself and the cluster, beside its metrics.
 *
 * @param store the kind of its store
 * @param incarnation the incarnation that holds the node's leases now
 * @param nodes all nodes of the cluster, this one included
 */
public record NodeFacts(
        String node,
        String version,
        String store,
        Supplier<String> incarnation,
        Supplier<NodeState> state,
        Supplier<List<NodeView>> nodes) {
    /** The state of a node between its start and its end. */
    public enum NodeState implements LowerCaseId {
        STARTING,
        SERVING,
        DRAINING
    }

    /**
     * A node, as this one sees it.
     *
     * @param stages instances that answer there, by stage; none while the node starts, and only the edge while it drains
     * @param reachable whether the cluster has a connection to it
     * @param seenMs how long ago its row in the directory was read
     */
    public record NodeView(
            String node, boolean self, String version, Map<String, Integer> stages, boolean reachable, long seenMs) {}
}
