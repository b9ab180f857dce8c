package dev.portcullis.cluster.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** From the moment in which a message was written to those in which members had it, on the same node and on others. */
public record Latencies(Spread oneNode, Spread acrossNodes) {
    /** @param until what was heard later does not count */
    public static Latencies before(History history, long until) {
        Map<String, String> nodes = new HashMap<>();
        Map<String, Sending> sent = new HashMap<>();
        List<Long> same = new ArrayList<>();
        List<Long> others = new ArrayList<>();
        for (Moment each : history.moments()) {
            String node = nodes.getOrDefault(each.client(), "");
            if (each.at() > until) {
                break;
            } else if (each.event() instanceof ClientEvent.Opened opened) {
                nodes.put(each.client(), opened.node());
            } else if (each.event() instanceof ClientEvent.Sent message) {
                sent.putIfAbsent(message.body(), new Sending(each.at(), node));
            } else if (each.event() instanceof ClientEvent.Heard heard
                    && sent.containsKey(heard.entry().body())) {
                Sending from = sent.get(heard.entry().body());
                (from.node().equals(node) ? same : others).add(each.at() - from.at());
            }
        }
        return new Latencies(Spread.of(same), Spread.of(others));
    }

    private record Sending(long at, String node) {}

    @Override
    public String toString() {
        return "delivered on one node in " + oneNode + ", across nodes in " + acrossNodes;
    }
}
