package dev.portcullis.cluster.history;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The result of checking a history. */
public record CheckResult(List<Finding> findings, Counts counts) {
    public boolean isSound() {
        return findings.isEmpty();
    }

    /** The finding with the shortest excerpt. */
    public Optional<Finding> shortest() {
        return findings.stream()
                .min(Comparator.comparingInt(each -> each.excerpt().size()));
    }

    @Override
    public String toString() {
        Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
        findings.forEach(each -> faults.merge(each.fault(), 1, Integer::sum));
        return counts + shortest().map(each -> "\n" + faults + "\n" + each).orElse(" without a finding");
    }
}
