package dev.portcullis.edge.tcp;

/**
 * Limits of the TCP connections of one listener that have not upgraded.
 *
 * @param total connections of all addresses
 * @param perAddress connections of one address; wider networks have eight times as many
 * @param perSecond connections of addresses that open many which are accepted in a second
 * @param graceMs period from its accept in which a connection that has brought a request is safe from eviction
 */
public record PendingLimits(int total, int perAddress, int perSecond, long graceMs, PendingTimes times) {
    /**
     * Accepts them as fast as they come.
     *
     * @param ms time of each phase
     */
    public PendingLimits(int total, int perAddress, long graceMs, long ms) {
        this(total, perAddress, Integer.MAX_VALUE, graceMs, PendingTimes.each(ms));
    }
}
