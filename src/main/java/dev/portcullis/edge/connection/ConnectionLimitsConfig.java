package dev.portcullis.edge.connection;

import dev.portcullis.config.HeapShare;
import dev.portcullis.config.Section;
import dev.portcullis.edge.tcp.FileDescriptors;
import dev.portcullis.edge.tcp.PendingLimits;

/**
 * @param perAddress open connections of one address
 * @param perNode open connections of this node; a tenth of them may be anonymous
 * @param pendingPerNode TCP connections of this node that have not upgraded to WebSocket
 * @param pendingPerAddress the same limit for one address
 * @param fewerThanAsked whether the file descriptors of this process are too few for what is configured and fits into its heap
 */
public record ConnectionLimitsConfig(
        int perAddress,
        int perNode,
        int pendingPerNode,
        int pendingPerAddress,
        int acceptsPerSecond,
        boolean fewerThanAsked) {
    /** Approximate heap of an idle session whose token and request target have the largest allowed size. */
    private static final long SESSION_BYTES = 28 << 10;

    /** Approximate heap of the TLS state of one connection. */
    private static final long TLS_BYTES = 8 << 10;

    /** Approximate heap of an unfinished request head or TLS handshake, in the worst case. */
    private static final long PENDING_BYTES = 24 << 10;

    private static final long TRIAL_MS = 1_000;

    private static final int MIN_CONNECTIONS = 100;
    private static final int CONNECTIONS = 50_000;
    private static final int PENDING = 10_000;
    private static final int ACCEPTS = 6_000;

    /** A TLS handshake costs several times what reading a request and refusing it does. */
    private static final int ACCEPTS_WITH_TLS = 600;

    /**
     * @param bufferedBytes heap for the buffers of all connections together
     * @param tls whether clients speak TLS to this node
     */
    public static ConnectionLimitsConfig read(Section limits, long bufferedBytes, boolean tls) {
        return read(limits, bufferedBytes, tls, FileDescriptors.ofProcess());
    }

    static ConnectionLimitsConfig read(Section limits, long bufferedBytes, boolean tls, FileDescriptors descriptors) {
        long heapBytes = Runtime.getRuntime().maxMemory();
        int connections = Math.min(connections(limits), sessionCapacity(heapBytes, bufferedBytes, tls));
        int pending = Math.min(pending(limits), pendingCapacity(heapBytes));
        return new ConnectionLimitsConfig(
                limits.basic().integer("connectionsPerIp", 100, 1, 1_000_000, "open connections of one address"),
                Math.min(connections, descriptors.open()),
                Math.min(pending, descriptors.pending()),
                limits.integer(
                        "pendingConnectionsPerIp",
                        1_000,
                        1,
                        1_000_000,
                        "TCP connections of one address that have not upgraded to WebSocket, with WebSockets that a"
                                + " Socket.IO session does not use yet; one more closes the oldest; trusted proxies have no"
                                + " such limit. As many sessions of Socket.IO of one address may be open on trial"),
                accepts(limits, tls),
                connections > descriptors.open() || pending > descriptors.pending());
    }

    private static int connections(Section limits) {
        return limits.basic()
                .integer(
                        "connectionsPerNode",
                        CONNECTIONS,
                        1,
                        1_000_000,
                        "open connections of one node; fewer where the heap is too small: "
                                + SESSION_BYTES + " bytes each, and " + TLS_BYTES
                                + " for TLS, of the heap that nothing else reserves; at most three quarters of the file"
                                + " descriptors of the process (LimitNOFILE) but " + FileDescriptors.RESERVED);
    }

    private static int accepts(Section limits, boolean tls) {
        return limits.integer(
                "acceptsPerSecond",
                tls ? ACCEPTS_WITH_TLS : ACCEPTS,
                15,
                1_000_000,
                "TCP connections that a node accepts in a second from addresses that open more than a fifteenth of that; more"
                        + " are closed unread; " + ACCEPTS_WITH_TLS + " by default with tls.certificate");
    }

    private static int pending(Section limits) {
        return limits.integer(
                "pendingConnectionsPerNode",
                PENDING,
                1,
                1_000_000,
                "TCP connections of one node that have not upgraded to WebSocket, with WebSockets that a Socket.IO session"
                        + " does not use yet; "
                        + HeapShare.PENDING.bound(PENDING_BYTES)
                        + "; at most a quarter of the file descriptors of the process but "
                        + FileDescriptors.RESERVED);
    }

    /** How many sessions fit into a heap. */
    static int sessionCapacity(long heapBytes, long bufferedBytes, boolean tls) {
        return clamp(HeapShare.leftForSessions(heapBytes, bufferedBytes)
                / (tls ? SESSION_BYTES + TLS_BYTES : SESSION_BYTES));
    }

    /** How many connections that have not upgraded fit into a heap. */
    static int pendingCapacity(long heapBytes) {
        return clamp(HeapShare.PENDING.of(heapBytes) / PENDING_BYTES);
    }

    private static int clamp(long number) {
        return (int) Math.max(MIN_CONNECTIONS, Math.min(Integer.MAX_VALUE, number));
    }

    int anonymous() {
        return Math.max(1, perNode / 10);
    }

    /** The number of anonymous connections on trial: as many are left for clients whose address is not refused. */
    int anonymousOnTrial() {
        return Math.max(1, anonymous() / 2);
    }

    /** Clients on trial give way as connections do that have not upgraded, after the time that they have to connect. */
    PendingLimits trials() {
        return new PendingLimits(
                anonymousOnTrial(),
                pendingPerAddress,
                Integer.MAX_VALUE,
                PendingLimits.Times.each(Long.MAX_VALUE / 2),
                TRIAL_MS);
    }

    public PendingLimits pending(PendingLimits.Times times) {
        return new PendingLimits(pendingPerNode, pendingPerAddress, acceptsPerSecond, times);
    }
}
