package dev.portcullis.edge.tcp;

/**
 * Limits of the TCP connections of one listener that have not upgraded.
 *
 * @param total connections of all addresses
 * @param perAddress connections of one address; wider networks have eight times as many
 * @param perSecond connections of addresses that open many which are accepted in a second
 * @param graceMs how old one must be to be evicted; where none is, the new one is closed
 */
public record PendingLimits(int total, int perAddress, int perSecond, PendingTimes times, long graceMs) {
    public PendingLimits(int total, int perAddress, int perSecond, PendingTimes times) {
        this(total, perAddress, perSecond, times, 0);
    }

    /**
     * Accepts them as fast as they come.
     *
     * @param ms time of each phase
     */
    public PendingLimits(int total, int perAddress, long ms) {
        this(total, perAddress, Integer.MAX_VALUE, PendingTimes.each(ms));
    }
}
