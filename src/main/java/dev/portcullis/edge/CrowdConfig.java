package dev.portcullis.edge;

import dev.portcullis.config.Section;

/**
 * @param perAddress open connections of one address
 * @param perNode open connections of this node; a tenth of them may be unauthenticated
 * @param sockets TCP connections of this node that are no WebSocket, or not yet
 */
public record CrowdConfig(int perAddress, int perNode, int sockets) {
    public static CrowdConfig read(Section limits) {
        return new CrowdConfig(
                limits.integer("connectionsPerIp", 100, 1, 1_000_000, "open connections of one address"),
                limits.integer("connectionsPerNode", 50_000, 1, 1_000_000, "open connections of one node"),
                limits.integer(
                        "socketsPerNode",
                        10_000,
                        1,
                        1_000_000,
                        "TCP connections of one node that are no WebSocket, or not yet"));
    }

    int anonymous() {
        return Math.max(1, perNode / 10);
    }
}
