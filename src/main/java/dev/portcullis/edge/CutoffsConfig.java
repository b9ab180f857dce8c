package dev.portcullis.edge;

import dev.portcullis.config.Section;

/**
 * The section {@code cutoffs}: how soon one counts on every node, whatever becomes of the hints.
 *
 * @param freshMs how long frames pass on the strength of one read
 * @param intervalMs how often they are read where nobody hints
 * @param waitMs how long a frame, or somebody who arrives, waits for a read
 */
public record CutoffsConfig(long freshMs, long intervalMs, long waitMs) {
    /** That a revocation is in force everywhere after a second is promised to clients: it may be less, and never more. */
    private static final long PROMISED_MS = 1_000;

    public static CutoffsConfig read(Section cutoffs) {
        CutoffsConfig config = new CutoffsConfig(
                cutoffs.millis(
                        "freshMs",
                        PROMISED_MS,
                        200,
                        PROMISED_MS,
                        "a frame passes only if the revocations were read within this time, so it is how late one of them"
                                + " can be at most"),
                cutoffs.millis(
                        "intervalMs",
                        PROMISED_MS / 2,
                        50,
                        PROMISED_MS / 2,
                        "the revocations are read this often, and at once when another node hints at one"),
                cutoffs.millis(
                        "waitMs",
                        2_000,
                        100,
                        4_500,
                        "how long a frame, or a new session, may wait for such a read before it is answered unavailable"));
        if (2 * config.intervalMs > config.freshMs) {
            cutoffs.problem(
                    "intervalMs",
                    "is more than half of freshMs",
                    "each slow read would hold all frames up: at most " + config.freshMs / 2 + " is needed");
        }
        return config;
    }
}
