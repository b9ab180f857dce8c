package dev.portcullis.cluster;

import java.util.List;

/** The cluster as this node sees it. */
public final class ClusterView {
    private final HazelcastMembership membership;
    private final PeerView peers;

    ClusterView(HazelcastMembership membership, PeerView peers) {
        this.membership = membership;
        this.peers = peers;
    }

    /** The number of nodes that Hazelcast reaches, this one included. */
    public int size() {
        return membership.names().size();
    }

    /** The nodes in the directory, this one first. */
    public List<ClusterNode> nodes() {
        return peers.described(System.nanoTime());
    }
}
