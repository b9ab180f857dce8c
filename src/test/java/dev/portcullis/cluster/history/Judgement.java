package dev.portcullis.cluster.history;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the checker says of a history. */
public record Judgement(List<Finding> findings, Counts counts) {
    public boolean isSound() {
        return findings.isEmpty();
    }

    /** The finding that takes the least reading. */
    public Optional<Finding> shortest() {
        return findings.stream()
                .min(Comparator.comparingInt(each -> each.excerpt().size()));
    }

    @Override
    public String toString() {
        Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
        findings.forEach(each -> faults.merge(each.fault(), 1, Integer::sum));
        return counts + shortest().map(each -> "\n" + faults + "\n" + each).orElse(" and nothing wrong");
    }
}
