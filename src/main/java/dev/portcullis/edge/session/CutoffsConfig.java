package dev.portcullis.edge.session;

import dev.portcullis.config.Section;

/**
 * The section {@code cutoffs}: how soon one counts on every node, whatever becomes of the hints.
 *
 * @param maxAgeMs how long frames pass on the strength of one look at their user's lane
 * @param intervalMs how often each lane is looked at where nobody hints
 * @param maxWaitMs how long a frame, or somebody who arrives, waits for a look
 * @param recent cut-offs that a node keeps at hand
 */
public record CutoffsConfig(long maxAgeMs, long intervalMs, long maxWaitMs, int recent) {
    /** That a revocation is in force everywhere after a second is promised to clients: it may be less, and never more. */
    private static final long PROMISED_MS = 1_000;

    public static CutoffsConfig read(Section cutoffs) {
        CutoffsConfig config = new CutoffsConfig(
                cutoffs.millis(
                        "maxAgeMs",
                        PROMISED_MS,
                        200,
                        PROMISED_MS,
                        "a frame passes, and is stored, only if its user's lane was looked at for revocations within this"
                                + " time, so it is how late one of them can be at most"),
                cutoffs.millis(
                        "intervalMs",
                        PROMISED_MS / 2,
                        50,
                        PROMISED_MS / 2,
                        "each lane is looked at this often, and at once when another node hints at a revocation; this renews"
                                + " the node's leases too"),
                cutoffs.millis(
                        "maxWaitMs",
                        2_000,
                        100,
                        4_500,
                        "how long a frame, or a new session, may wait for such a look before it is answered unavailable"),
                cutoffs.integer(
                        "recent",
                        10_000,
                        100,
                        1_000_000,
                        "revocations of the last minute that a node keeps in memory, to find them in sessions that are about"
                                + " to begin, and to repeat them to a store that lost them"));
        if (2 * config.intervalMs > config.maxAgeMs) {
            cutoffs.problem(
                    "intervalMs",
                    "is more than half of maxAgeMs",
                    "each slow look would hold all frames up: at most " + config.maxAgeMs / 2 + " is needed");
        }
        return config;
    }
}
