package dev.portcullis.edge.connection;

import dev.portcullis.config.Section;

/** How often a peer is asked whether it is there, and how long it may be silent, or take for one message. */
public record HeartbeatConfig(long intervalMs, long timeoutMs, long messageMs) {
    public static HeartbeatConfig read(Section heartbeat) {
        HeartbeatConfig config = new HeartbeatConfig(
                heartbeat.millis("intervalMs", 30_000, 100, 600_000, "a WebSocket ping this often"),
                heartbeat.millis(
                        "timeoutMs", 60_000, 200, 1_800_000, "silence after which a connection is closed 4000"),
                heartbeat.millis(
                        "messageMs",
                        60_000,
                        1_000,
                        1_800_000,
                        "time in which a message that was begun has to come in; else the connection is closed 4000"));
        if (config.timeoutMs() <= config.intervalMs()) {
            heartbeat.problem("timeoutMs", "is not above intervalMs", "give the peer time to answer a ping");
        }
        return config;
    }
}
