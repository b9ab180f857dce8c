package dev.portcullis.edge;

import dev.portcullis.config.Section;

/**
 * @param perAddress open connections of one address
 * @param perNode open connections of this node; a tenth of them may be unauthenticated
 * @param sockets TCP connections of this node that are no WebSocket, or not yet
 * @param pendingPerAddress of these of one address
 * @param pendingGraceMs for how long none of these gives way to a newcomer
 */
public record CrowdConfig(int perAddress, int perNode, int sockets, int pendingPerAddress, long pendingGraceMs) {
    /** Of the heap, about, for a session at rest. */
    private static final long SESSION_BYTES = 16 << 10;

    /** Of the heap for the node itself. */
    private static final long NODE_BYTES = 48L << 20;

    private static final int FEWEST = 100;

    /** @param bufferedBytes of the heap for what waits, for all connections together */
    public static CrowdConfig read(Section limits, long bufferedBytes) {
        return new CrowdConfig(
                limits.integer("connectionsPerIp", 100, 1, 1_000_000, "open connections of one address"),
                Math.min(
                        limits.integer(
                                "connectionsPerNode",
                                50_000,
                                1,
                                1_000_000,
                                "open connections of one node; fewer where the heap is too small for so many: "
                                        + SESSION_BYTES + " bytes each, beside those of bufferedBytesPerNode"),
                        roomFor(Runtime.getRuntime().maxMemory(), bufferedBytes)),
                limits.integer(
                        "socketsPerNode",
                        10_000,
                        1,
                        1_000_000,
                        "TCP connections of one node that are no WebSocket, or not yet"),
                limits.integer(
                        "pendingConnectionsPerIp",
                        100,
                        1,
                        1_000_000,
                        "TCP connections of one address that are no WebSocket, or not yet; one more, and the one that"
                                + " has waited longest is closed; trusted proxies have no such limit"),
                limits.millis(
                        "pendingGraceMs",
                        1_000,
                        0,
                        60_000,
                        "time from accept in which a connection gives way to no newcomer, who is closed instead where"
                                + " nobody else can be"));
    }

    /** How many sessions a heap has room for, if a fifth of it stays free: a full one ends the process (CWE-770). */
    static int roomFor(long heapBytes, long bufferedBytes) {
        long room = heapBytes / 5 * 4 - NODE_BYTES - bufferedBytes;
        return (int) Math.max(FEWEST, Math.min(Integer.MAX_VALUE, room / SESSION_BYTES));
    }

    /** @param lifetimeMs time from accept to the upgrade */
    public PendingLimits pending(long lifetimeMs) {
        return new PendingLimits(sockets, pendingPerAddress, pendingGraceMs, lifetimeMs);
    }

    int anonymous() {
        return Math.max(1, perNode / 10);
    }
}
