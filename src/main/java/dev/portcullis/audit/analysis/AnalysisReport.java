package dev.portcullis.audit.analysis;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What was found in audit files.
 *
 * @param unreadable lines that are none of a chain
 * @param refusals of all clients over the whole time; empty without any line
 * @param findings the worst first
 * @param full patterns that were found of more sources than are listed
 */
public record AnalysisReport(
        List<String> chains,
        long lines,
        long unreadable,
        Optional<Timeline.Drawn> refusals,
        List<Finding> findings,
        Set<AttackPattern> full) {
    /**
     * A pattern that one source fits.
     *
     * @param source a user, an address or its pseudonym, as it stands in the files
     * @param count of what the pattern counts, from the window on in which it reached the threshold
     * @param peak the most in one window
     * @param first in milliseconds since 1970
     */
    public record Finding(
            AttackPattern pattern,
            String source,
            long count,
            long peak,
            long first,
            long last,
            Timeline.Drawn timeline) {}
}
