package dev.portcullis.app.node.assembly;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Stage;
import java.util.List;
import java.util.function.IntPredicate;

/** The lanes that are this node's: the nodes that run the stage broadcast share them. */
record LaneShares(Bus bus) implements IntPredicate {
    @Override
    public boolean test(int lane) {
        List<String> nodes =
                bus.nodesOf(Stage.BROADCAST).keySet().stream().sorted().toList();
        return nodes.isEmpty() || nodes.get(lane % nodes.size()).equals(bus.node());
    }
}
