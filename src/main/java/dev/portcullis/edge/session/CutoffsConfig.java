package dev.portcullis.edge.session;

import dev.portcullis.config.Section;

/** The section {@code cutoffs}: how soon a revocation is in force on every node, even if all hints are lost. */
public record CutoffsConfig(long maxAgeMs, long intervalMs, long maxWaitMs) {
    /**
     * Clients are promised that a revocation is in force everywhere after a second: the limit may be less, never more.
     */
    private static final long PROMISED_MS = 1_000;

    public static CutoffsConfig read(Section cutoffs) {
        CutoffsConfig config = new CutoffsConfig(
                cutoffs.millis(
                        "maxAgeMs",
                        PROMISED_MS,
                        200,
                        PROMISED_MS,
                        "a frame passes, and is stored, only if its user's lane was read within this time;"
                                + " a revocation is in force after this time at the latest; in a cluster typing, read marks"
                                + " and presence changes pass only if the lane of their room was read within it"),
                cutoffs.millis(
                        "intervalMs",
                        PROMISED_MS / 2,
                        50,
                        PROMISED_MS / 2,
                        "time between two reads of a lane; a hint of another node causes a read at once; each read"
                                + " renews the node's leases too"),
                cutoffs.millis(
                        "maxWaitMs",
                        2_000,
                        100,
                        4_500,
                        "how long a frame, or a new session, waits for such a read before it is answered unavailable"));
        if (2 * config.intervalMs > config.maxAgeMs) {
            cutoffs.problem(
                    "intervalMs",
                    "is more than half of maxAgeMs",
                    "each slow read would delay all frames: at most " + config.maxAgeMs / 2 + " is needed");
        }
        return config;
    }
}
