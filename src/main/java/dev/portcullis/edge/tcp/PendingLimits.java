package dev.portcullis.edge.tcp;

/**
 * Limits of the TCP connections of one listener that have not upgraded.
 *
 * @param total connections of all addresses
 * @param perAddress connections of one address; wider networks have eight times as many
 * @param perSecond connections of addresses that open many which are accepted in a second
 * @param graceMs how old one must be to be evicted; where none is, the new one is closed
 */
public record PendingLimits(int total, int perAddress, int perSecond, Times times, long graceMs) {
    /**
     * How long a connection that has not upgraded may stay in each phase.
     *
     * @param headMs from its accept to the head of its first request, or to its upgrade; later from the first byte of a request
     * @param callMs from the head of a request to the answer, body included
     * @param idleMs from an answer to the first byte of the next request; in it the peer also takes the answer
     * @param requestsMs from its accept to the head of its last request, or to its upgrade; those of trusted proxies may go on
     */
    public record Times(long headMs, long callMs, long idleMs, long requestsMs) {
        private static final long UNLIMITED = Long.MAX_VALUE / 2;

        /** The same time for each phase, with any number of them. */
        public static Times each(long ms) {
            return new Times(ms, ms, ms, UNLIMITED);
        }
    }

    public PendingLimits(int total, int perAddress, int perSecond, Times times) {
        this(total, perAddress, perSecond, times, 0);
    }

    /**
     * Accepts them as fast as they come.
     *
     * @param ms time of each phase
     */
    public PendingLimits(int total, int perAddress, long ms) {
        this(total, perAddress, Integer.MAX_VALUE, Times.each(ms));
    }
}
