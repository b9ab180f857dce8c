package dev.portcullis.admin.node;

import java.util.List;
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
        Supplier<List<NodeView>> nodes) {}
