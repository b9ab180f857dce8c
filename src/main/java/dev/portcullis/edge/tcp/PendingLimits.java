package dev.portcullis.edge.tcp;

/**
 * Bounds of the TCP connections of one listener that carry no WebSocket.
 *
 * @param total of all addresses
 * @param perAddress of one address; wider networks have eight times as many
 * @param graceMs for how long none gives way to a newcomer
 * @param lifetimeMs time from accept to the upgrade, or to a request where there are no upgrades
 */
public record PendingLimits(int total, int perAddress, long graceMs, long lifetimeMs) {}
