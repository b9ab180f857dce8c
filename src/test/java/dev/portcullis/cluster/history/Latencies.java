package dev.portcullis.cluster.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Times from the write of a message to its deliveries, on the sender's node and on other nodes. */
public record Latencies(Percentiles oneNode, Percentiles acrossNodes) {
    /** @param until nanoseconds of the history's clock; later deliveries do not count */
    public static Latencies before(History history, long until) {
        Map<String, String> nodes = new HashMap<>();
        Map<String, Sending> sent = new HashMap<>();
        List<Long> same = new ArrayList<>();
        List<Long> others = new ArrayList<>();
        for (Moment each : history.moments()) {
            String node = nodes.getOrDefault(each.client(), "");
            if (each.at() > until) {
                break;
            } else if (each.event() instanceof ClientEvent.Connected connected) {
                nodes.put(each.client(), connected.node());
            } else if (each.event() instanceof ClientEvent.Sent message) {
                sent.putIfAbsent(message.body(), new Sending(each.at(), node));
            } else if (each.event() instanceof ClientEvent.Delivered delivered
                    && sent.containsKey(delivered.entry().body())) {
                Sending from = sent.get(delivered.entry().body());
                (from.node().equals(node) ? same : others).add(each.at() - from.at());
            }
        }
        return new Latencies(Percentiles.of(same), Percentiles.of(others));
    }

    private record Sending(long at, String node) {}

    @Override
    public String toString() {
        return "delivered on one node in " + oneNode + ", across nodes in " + acrossNodes;
    }
}
