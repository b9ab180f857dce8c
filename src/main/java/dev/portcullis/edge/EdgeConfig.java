package dev.portcullis.edge;

import dev.portcullis.config.Section;
import dev.portcullis.edge.connection.ConnectionLimitsConfig;
import dev.portcullis.edge.connection.HeartbeatConfig;
import dev.portcullis.edge.session.CutoffsConfig;
import dev.portcullis.edge.socket.SocketConfig;

/**
 * @param roomsPerConnection maximum number of rooms joined on one connection
 * @param reconcileMs interval at which each session is compared with the store
 * @param drainMs period over which connections are closed before a planned stop
 * @param leaseLostWindowMs period over which connections are closed after the other nodes expired this node's leases
 */
public record EdgeConfig(
        SocketConfig socket,
        ConnectionLimitsConfig connections,
        HeartbeatConfig heartbeat,
        CutoffsConfig cutoffs,
        int roomsPerConnection,
        long reconcileMs,
        long drainMs,
        long leaseLostWindowMs) {
    /** @param tls whether clients speak TLS to this node */
    public static EdgeConfig read(Section root, boolean tls) {
        Section limits = root.section("limits");
        Section drain = root.section("drain");
        SocketConfig socket = SocketConfig.read(limits);
        return new EdgeConfig(
                socket,
                ConnectionLimitsConfig.read(limits, socket.bufferedBytes(), tls),
                HeartbeatConfig.read(root.section("heartbeat")),
                CutoffsConfig.read(root.section("cutoffs")),
                limits.integer("roomsPerConnection", 100, 1, 10_000, "rooms joined on one connection"),
                root.section("sessions")
                        .millis(
                                "reconcileMs",
                                300_000,
                                10_000,
                                3_600_000,
                                "interval at which each connection's session is compared with the store, in case its end"
                                        + " was missed"),
                drain.millis(
                        "windowMs",
                        10_000,
                        0,
                        600_000,
                        "period over which connections are closed before a planned stop"),
                drain.millis(
                        "leaseLostWindowMs",
                        10_000,
                        0,
                        60_000,
                        "period over which connections are closed after the other nodes expired this node's leases and"
                                + " ended its sessions; their frames are refused meanwhile"));
    }
}
