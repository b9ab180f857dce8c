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
 */
public record SelfAuditReport(
        String target,
        Instant begin,
        Duration duration,
        List<ProbeResult> results,
        Optional<LoadFigures> load,
        List<String> left,
        boolean isComplete) {
    public SelfAuditReport {
        results = List.copyOf(results);
        left = List.copyOf(left);
    }

    /** The exit code: by the worst line. */
    public int exitCode() {
        return results.stream().mapToInt(each -> each.grade().exitCode()).max().orElse(0);
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
