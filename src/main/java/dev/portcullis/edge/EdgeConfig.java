package dev.portcullis.edge;

import dev.portcullis.config.Section;
import dev.portcullis.edge.connection.ConnectionLimitsConfig;
import dev.portcullis.edge.connection.HeartbeatConfig;
import dev.portcullis.edge.session.CutoffsConfig;
import dev.portcullis.edge.socket.SocketConfig;
import dev.portcullis.edge.socketio.SocketIoConfig;
import dev.portcullis.protocol.CloseCode;

/** @param drainMs period over which connections are closed before a planned stop */
public record EdgeConfig(
        SocketConfig socket,
        ConnectionLimitsConfig connections,
        HeartbeatConfig heartbeat,
        CutoffsConfig cutoffs,
        int roomsPerConnection,
        long reconcileMs,
        CloseCode revokedCloseCode,
        long drainMs,
        long leaseLostWindowMs,
        SocketIoConfig socketIo) {
    /** @param tls whether clients speak TLS to this node */
    public static EdgeConfig read(Section root, boolean tls) {
        Section limits = root.section("limits");
        Section drain = root.section("drain");
        Section sessions = root.section("sessions");
        SocketConfig socket = SocketConfig.read(limits);
        return new EdgeConfig(
                socket,
                ConnectionLimitsConfig.read(limits, socket.bufferedBytes(), tls),
                HeartbeatConfig.read(root.section("heartbeat")),
                CutoffsConfig.read(root.section("cutoffs")),
                limits.integer("roomsPerConnection", 100, 1, 10_000, "rooms joined on one connection"),
                sessions.millis(
                        "reconcileMs",
                        300_000,
                        10_000,
                        3_600_000,
                        "interval at which each connection's session is compared with the store, in case its end"
                                + " was missed"),
                revokedCloseCode(sessions),
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
                                + " ended its sessions; their frames are refused meanwhile"),
                SocketIoConfig.read(root.section("socketio")));
    }

    private static CloseCode revokedCloseCode(Section sessions) {
        int code = sessions.integer(
                "revokedCloseCode",
                CloseCode.REVOKED.code(),
                CloseCode.GOING_AWAY.code(),
                CloseCode.REVOKED.code(),
                "close code of a connection whose session, token or user was revoked: 1008, or 1001");
        if (code != CloseCode.REVOKED.code() && code != CloseCode.GOING_AWAY.code()) {
            sessions.problem("revokedCloseCode", "is neither 1008 nor 1001", "clients know no other code for it");
        }
        return code == CloseCode.GOING_AWAY.code() ? CloseCode.GOING_AWAY : CloseCode.REVOKED;
    }
}
