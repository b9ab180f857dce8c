package dev.portcullis.admin.node;

import dev.portcullis.admin.node.NodeFacts.NodeView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * The nodes with their load, and what they have to do together.
 *
 * @param loads of the nodes that answered in time
 */
record ClusterLoad(List<NodeView> nodes, Map<String, NodeLoad> loads) {
    Optional<NodeLoad> of(NodeView node) {
        return Optional.ofNullable(loads.get(node.node()));
    }

    /** The node in the form of the contract; without a load where it did not answer. */
    Map<String, Object> fields(NodeView node) {
        Map<String, Object> fields = StatisticsReport.fields(node);
        of(node).ifPresent(load -> fields.put("load", load.fields()));
        return fields;
    }

    /** In the form of the contract. The sums lack the nodes that are missing. */
    Map<String, Object> totals() {
        Map<String, Object> totals = new LinkedHashMap<>();
        totals.put("nodes", nodes.size());
        totals.put("missing", missing());
        totals.put("connections", sum(NodeLoad::connections));
        totals.put("anonymous", sum(NodeLoad::anonymous));
        totals.put("sessions", sum(NodeLoad::sessions));
        totals.put("frames", rate(load -> load.rate(load.frames())));
        totals.put("messages", rate(load -> load.rate(load.messages())));
        totals.put("deliveries", rate(load -> load.rate(load.deliveries())));
        totals.put("refusals", rate(load -> load.rate(load.refusals())));
        totals.put("outboxBytes", sum(NodeLoad::outboxBytes));
        return totals;
    }

    private List<String> missing() {
        List<String> missing = new ArrayList<>();
        nodes.stream()
                .filter(node -> of(node).isEmpty())
                .map(NodeView::node)
                .sorted()
                .forEach(missing::add);
        return missing;
    }

    private long sum(ToLongFunction<NodeLoad> part) {
        return answered().stream().mapToLong(part).sum();
    }

    private double rate(ToDoubleFunction<NodeLoad> part) {
        return StatisticsReport.rounded(answered().stream().mapToDouble(part).sum());
    }

    private List<NodeLoad> answered() {
        return nodes.stream().flatMap(node -> of(node).stream()).toList();
    }
}
