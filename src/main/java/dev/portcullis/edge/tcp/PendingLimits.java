package dev.portcullis.edge.tcp;

/**
 * Limits of the TCP connections of one listener that have not upgraded.
 *
 * @param total connections of all addresses
 * @param perAddress connections of one address; wider networks have eight times as many
 * @param graceMs period in which a connection is safe from eviction
 * @param lifetimeMs time from accept to the upgrade, or to a request on a listener without upgrades
 */
public record PendingLimits(int total, int perAddress, long graceMs, long lifetimeMs) {}
