package dev.portcullis.bus;

import java.util.Map;

/**
 * Another node, as the cluster knows it.
 *
 * @param stages how many instances of each stage run there
 */
public record PeerNode(String node, Map<Stage, Integer> stages) {
    public PeerNode {
        stages = Map.copyOf(stages);
    }
}
