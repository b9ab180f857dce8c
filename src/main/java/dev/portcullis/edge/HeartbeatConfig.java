package dev.portcullis.edge;

import dev.portcullis.config.Section;

/** How often a peer is asked whether it is there, and how long it may be silent. */
public record HeartbeatConfig(long intervalMs, long timeoutMs) {
    public static HeartbeatConfig read(Section heartbeat) {
        HeartbeatConfig config = new HeartbeatConfig(
                heartbeat.millis("intervalMs", 30_000, 100, 600_000, "a WebSocket ping this often"),
                heartbeat.millis(
                        "timeoutMs", 60_000, 200, 1_800_000, "silence after which a connection is closed 4000"));
        if (config.timeoutMs() <= config.intervalMs()) {
            heartbeat.problem("timeoutMs", "is not above intervalMs", "give the peer time to answer a ping");
        }
        return config;
    }
}
