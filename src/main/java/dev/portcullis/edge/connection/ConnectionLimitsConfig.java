package dev.portcullis.edge.connection;

import dev.portcullis.config.HeapShare;
import dev.portcullis.config.Section;
import dev.portcullis.edge.tcp.PendingLimits;

/**
 * @param perAddress open connections of one address
 * @param perNode open connections of this node; a tenth of them may be unauthenticated
 * @param sockets TCP connections of this node that are no WebSocket, or not yet
 * @param pendingPerAddress of these of one address
 * @param pendingGraceMs for how long none of these gives way to a newcomer
 */
public record ConnectionLimitsConfig(
        int perAddress, int perNode, int sockets, int pendingPerAddress, long pendingGraceMs) {
    /** Of the heap, about, for a session at rest whose token and request's target are as large as may be. */
    private static final long SESSION_BYTES = 28 << 10;

    /** Of the heap, about, for the TLS of one. */
    private static final long TLS_BYTES = 8 << 10;

    /** Of the heap, about, for a head or a TLS handshake that is begun and goes no further, however its peer begins it. */
    private static final long PENDING_BYTES = 24 << 10;

    private static final int FEWEST = 100;

    /**
     * @param bufferedBytes of the heap for what waits, for all connections together
     * @param tls whether clients speak TLS to this node
     */
    public static ConnectionLimitsConfig read(Section limits, long bufferedBytes, boolean tls) {
        long heapBytes = Runtime.getRuntime().maxMemory();
        return new ConnectionLimitsConfig(
                limits.integer("connectionsPerIp", 100, 1, 1_000_000, "open connections of one address"),
                Math.min(
                        limits.integer(
                                "connectionsPerNode",
                                50_000,
                                1,
                                1_000_000,
                                "open connections of one node; fewer where the heap is too small for so many: "
                                        + SESSION_BYTES + " bytes each, and " + TLS_BYTES
                                        + " for TLS, of what all else leaves of it"),
                        roomFor(heapBytes, bufferedBytes, tls)),
                Math.min(
                        limits.integer(
                                "pendingConnectionsPerNode",
                                10_000,
                                1,
                                1_000_000,
                                "TCP connections of one node that are no WebSocket, or not yet; "
                                        + HeapShare.PENDING.bound(PENDING_BYTES)),
                        roomForPending(heapBytes)),
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

    /** How many sessions a heap has room for. */
    static int roomFor(long heapBytes, long bufferedBytes, boolean tls) {
        return many(HeapShare.leftForSessions(heapBytes, bufferedBytes)
                / (tls ? SESSION_BYTES + TLS_BYTES : SESSION_BYTES));
    }

    /** How many connections before their upgrade a heap has room for. */
    static int roomForPending(long heapBytes) {
        return many(HeapShare.PENDING.of(heapBytes) / PENDING_BYTES);
    }

    private static int many(long number) {
        return (int) Math.max(FEWEST, Math.min(Integer.MAX_VALUE, number));
    }

    int anonymous() {
        return Math.max(1, perNode / 10);
    }

    /** @param lifetimeMs time from accept to the upgrade */
    public PendingLimits pending(long lifetimeMs) {
        return new PendingLimits(sockets, pendingPerAddress, pendingGraceMs, lifetimeMs);
    }
}
