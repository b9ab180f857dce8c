package dev.portcullis.edge.connection;

import dev.portcullis.config.Section;

/** How often a client is pinged, and how long it may send nothing, or take for one message. */
public record HeartbeatConfig(long intervalMs, long timeoutMs, long messageMs) {
    public static HeartbeatConfig read(Section heartbeat) {
        HeartbeatConfig config = new HeartbeatConfig(
                heartbeat.millis("intervalMs", 30_000, 100, 600_000, "time between two WebSocket pings"),
                heartbeat.millis(
                        "timeoutMs", 60_000, 200, 1_800_000, "time without a byte from the client, then close 4000"),
                heartbeat.millis(
                        "messageMs",
                        60_000,
                        1_000,
                        1_800_000,
                        "time in which a message must arrive completely, from its first byte on, else close 4000"));
        if (config.timeoutMs() <= config.intervalMs()) {
            heartbeat.problem("timeoutMs", "is not above intervalMs", "give the peer time to answer a ping");
        }
        return config;
    }
}
