package dev.portcullis.edge;

import dev.portcullis.config.Section;
import dev.portcullis.edge.socket.SocketConfig;

/**
 * @param roomsPerConnection rooms one connection may be in
 * @param drainMs the time over which connections are sent away before a planned stop
 */
public record EdgeConfig(
        SocketConfig socket, CrowdConfig crowd, HeartbeatConfig heartbeat, int roomsPerConnection, long drainMs) {
    /** How long a frame may wait for the cut-offs to be read: what the asks that follow leave of the five seconds. */
    public static final long GATE_MS = 2_000;

    /** How long frames pass on the strength of one read of the cut-offs. */
    public static final long FRESH_MS = 1_000;

    public static EdgeConfig read(Section root) {
        Section limits = root.section("limits");
        return new EdgeConfig(
                SocketConfig.read(limits),
                CrowdConfig.read(limits),
                HeartbeatConfig.read(root.section("heartbeat")),
                limits.integer("roomsPerConnection", 100, 1, 10_000, "rooms joined on one connection"),
                root.section("drain")
                        .millis(
                                "windowMs",
                                10_000,
                                0,
                                600_000,
                                "time over which connections are sent away before a planned stop"));
    }
}
