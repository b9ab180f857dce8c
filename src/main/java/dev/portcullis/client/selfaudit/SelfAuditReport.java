package dev.portcullis.client.selfaudit;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * All that a run learnt.
 *
 * @param target the server, without what its address may hide in a query
 * @param results in the order in which they were asked
 * @param load the figures of the load check, if there was one
 * @param left what the run made at the server and could not remove
 * @param isComplete false if the run was stopped before its end
 * @param isHeard whether the server said anything at all
 */
public record SelfAuditReport(
        String target,
        Instant begin,
        Duration duration,
        List<ProbeResult> results,
        Optional<LoadFigures> load,
        List<String> left,
        boolean isComplete,
        boolean isHeard) {
    /** Of an audit that can't run. */
    public static final int UNKNOWN = 2;

    public SelfAuditReport {
        results = List.copyOf(results);
        left = List.copyOf(left);
    }

    /** The exit code: by the worst line. A run that learnt nothing has not found that nothing is wrong. */
    public int exitCode() {
        int worst =
                results.stream().mapToInt(each -> each.grade().exitCode()).max().orElse(0);
        return hasLearnt() ? worst : Math.max(worst, UNKNOWN);
    }

    /** Whether the server said anything that a probe could judge, or none was to ask it. */
    public boolean hasLearnt() {
        List<ProbeResult> asked = results.stream()
                .filter(each -> each.probe().area() != ProbeArea.CONFIGURATION)
                .toList();
        return (asked.isEmpty() && !results.isEmpty())
                || (isHeard && asked.stream().anyMatch(each -> each.isFound() || each.isPassed()));
    }

    public long count(Grade grade) {
        return results.stream().filter(each -> each.grade() == grade).count();
    }

    public List<ProbeResult> of(ProbeArea area) {
        return results.stream().filter(each -> each.probe().area() == area).toList();
    }

    /** What was found, worst first: what to do is in this order. */
    public List<ProbeResult> findings() {
        return results.stream()
                .filter(ProbeResult::isFound)
                .sorted(Comparator.comparingInt(
                                (ProbeResult each) -> each.grade().exitCode())
                        .reversed())
                .toList();
    }

    public List<StandardEvidence> evidence() {
        return StandardEvidence.of(results);
    }
}
