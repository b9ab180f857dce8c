package dev.portcullis.client.selfaudit;

import dev.portcullis.protocol.LowerCaseId;
import java.util.Arrays;
import java.util.List;

/**
 * What a run shows for one row of a standard.
 *
 * @param results the probes that are evidence for it
 */
public record StandardEvidence(Standard standard, List<ProbeResult> results) {
    public StandardEvidence {
        results = List.copyOf(results);
    }

    /** How much of the evidence is there. */
    public enum Extent implements LowerCaseId {
        /** Each probe passed. */
        SHOWN("shown"),
        /** Some probes passed, the others were not checked. */
        PARTLY("partly shown"),
        /** No probe could be checked. */
        NONE("not checked"),
        /** A probe found a weakness. */
        CONTRADICTED("contradicted");

        private final String text;

        Extent(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /** The rows for which this run had a probe. */
    static List<StandardEvidence> of(List<ProbeResult> results) {
        return Arrays.stream(Standard.values())
                .map(row -> new StandardEvidence(
                        row,
                        results.stream()
                                .filter(each -> each.probe().shows().contains(row))
                                .toList()))
                .filter(each -> !each.results().isEmpty())
                .toList();
    }

    public Extent extent() {
        if (results.stream().anyMatch(ProbeResult::isFound)) {
            return Extent.CONTRADICTED;
        }
        if (results.stream().noneMatch(ProbeResult::isPassed)) {
            return Extent.NONE;
        }
        return results.stream().allMatch(ProbeResult::isPassed) ? Extent.SHOWN : Extent.PARTLY;
    }

    public List<String> probes() {
        return results.stream().map(each -> each.probe().id()).toList();
    }

    /** The probes that found something. */
    public List<String> findings() {
        return results.stream()
                .filter(ProbeResult::isFound)
                .map(each -> each.probe().id())
                .toList();
    }
}
