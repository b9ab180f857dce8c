package dev.portcullis.admin.node;

import java.util.List;
import java.util.function.Supplier;

/**
 * What a node knows of itself and of the others, beside its metrics.
 *
 * @param store the kind of its store
 * @param incarnation under which it holds its leases now
 * @param nodes of the cluster, this one included
 */
public record NodeFacts(
        String node,
        String version,
        String store,
        Supplier<String> incarnation,
        Supplier<NodeState> state,
        Supplier<List<NodeView>> nodes) {}
