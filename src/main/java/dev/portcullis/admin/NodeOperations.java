package dev.portcullis.admin;

import dev.portcullis.admin.node.NodeStatistics;
import dev.portcullis.audit.EventName;
import java.util.LinkedHashMap;
import java.util.Map;

/** Shows operators this node, and stops it for them. */
final class NodeOperations {
    private static final int ACCEPTED = 202;

    private final NodeStatistics statistics;
    private final Runnable stop;
    private final Health health;
    private final Map<String, Boolean> configured;
    private boolean stopping;

    /**
     * @param stop drains the node and ends its process, as a signal does; returns at once
     * @param configured calls that this node answers only if it is configured for them
     */
    NodeOperations(NodeStatistics statistics, Runnable stop, Health health, Map<String, Boolean> configured) {
        this.statistics = statistics;
        this.stop = stop;
        this.health = health;
        this.configured = Map.copyOf(configured);
    }

    void bind(OperatorCall.Routes routes) {
        routes.bind("getStats", this::statistics).bind("drain", this::drain);
    }

    private void statistics(OperatorCall call) {
        Map<String, Object> fields = new LinkedHashMap<>(
                statistics.report(call.request().numberIn("after").orElse(0L)));
        fields.put("health", health.last().fields());
        fields.put("configured", configured);
        call.send(fields);
    }

    /** The answer comes first: the listener ends with the node. A repeat of the call changes nothing. */
    private void drain(OperatorCall call) {
        boolean first = !stopping;
        stopping = true;
        if (first) {
            call.record(call.event(EventName.ADMIN_DRAINED));
        }
        call.request().send(ACCEPTED).onComplete(any -> {
            if (first) {
                stop.run();
            }
        });
    }
}
