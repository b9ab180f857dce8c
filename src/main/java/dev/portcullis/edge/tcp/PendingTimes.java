package dev.portcullis.edge.tcp;

/**
 * How long a connection that has not upgraded may stay in each phase.
 *
 * @param headMs from its accept to the head of its first request, or to its upgrade; later from the first byte of a request
 * @param callMs from the head of a request to the answer, body included
 * @param idleMs from an answer to the first byte of the next request; in it the peer also takes the answer
 * @param requestsMs from its accept to the head of its last request, or to its upgrade; those of trusted proxies may go on
 */
public record PendingTimes(long headMs, long callMs, long idleMs, long requestsMs) {
    private static final long UNLIMITED = Long.MAX_VALUE / 2;

    /** Sets the same time for each phase, with any number of them. */
    public static PendingTimes each(long ms) {
        return new PendingTimes(ms, ms, ms, UNLIMITED);
    }
}
