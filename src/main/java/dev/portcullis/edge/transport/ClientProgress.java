package dev.portcullis.edge.transport;

/**
 * The bytes that have passed between a client and the node so far, to be compared with an earlier count.
 *
 * @param awaitsClient whether something is on its way that the client has not taken, and that a ping can't overtake
 * @param taken grows with each byte that the client takes
 * @param received grows with each byte that the client sends, also of a message that is not whole
 */
public record ClientProgress(boolean awaitsClient, long taken, long received) {
    /**
     * Whether the client showed that it is there, though it may not have been able to answer. The bytes that it takes count
     * only where a ping had to wait for them: otherwise they would show no more than that its kernel still takes what others
     * write.
     */
    public boolean hasMovedSince(ClientProgress before) {
        return received != before.received || (before.awaitsClient && taken != before.taken);
    }
}
