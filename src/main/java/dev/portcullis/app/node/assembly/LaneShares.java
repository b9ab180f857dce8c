package dev.portcullis.app.node.assembly;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Stage;
import java.util.Collection;
import java.util.function.IntPredicate;

/** The lanes that are this node's: the nodes that run the stage broadcast share them. */
record LaneShares(Bus bus) implements IntPredicate {
    @Override
    public boolean test(int lane) {
        return isOwn(lane, bus.node(), bus.nodesOf(Stage.BROADCAST).keySet());
    }

    /** Whether this node is the one whose turn it is, in the order of their names. All lanes are asked for twice a second. */
    static boolean isOwn(int lane, String own, Collection<String> nodes) {
        int earlier = 0;
        for (String node : nodes) {
            earlier += node.compareTo(own) < 0 ? 1 : 0;
        }
        return nodes.isEmpty() || (lane % nodes.size() == earlier && nodes.contains(own));
    }
}
