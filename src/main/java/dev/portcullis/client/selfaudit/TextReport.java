package dev.portcullis.client.selfaudit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The report as lines for a terminal. */
public final class TextReport {
    private TextReport() {}

    /** @param verbose says of each line what the probe asked */
    public static String line(ProbeResult result, boolean verbose) {
        String text = mark(result.grade()) + " " + result.probe().id() + ": " + result.text();
        return verbose ? text + " (asked: " + result.probe().title() + ")" : text;
    }

    private static String mark(Grade grade) {
        return "[" + grade.name() + "]";
    }

    /** What follows the lines of the probes. */
    public static List<String> end(SelfAuditReport report, boolean verbose) {
        List<String> lines = new ArrayList<>();
        if (!report.isComplete()) {
            lines.add(mark(Grade.INFO) + " stopped before the end: what follows is about the lines above");
        }
        if (!report.hasLearnt()) {
            lines.add(mark(Grade.WARNING) + " nothing could be learnt from the server: this is no success");
        }
        report.left().forEach(path -> lines.add(mark(Grade.WARNING) + " left at the server, remove it: " + path));
        lines.add("");
        lines.add("Standards: what this run is evidence for, and no more than that");
        for (StandardEvidence each : report.evidence()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  %-12s %s %s: %s%s",
                    each.extent().text(),
                    each.standard().document(),
                    each.standard().section(),
                    each.standard().about(),
                    named(verbose ? each.probes() : each.findings())));
        }
        List<ProbeResult> findings = report.findings();
        if (!findings.isEmpty()) {
            lines.add("");
            lines.add("What to do, the worst first");
            findings.forEach(each ->
                    lines.add("  " + each.probe().id() + ": " + each.probe().fix()));
        }
        lines.add("");
        lines.add(report.target() + ": " + summary(report));
        return lines;
    }

    private static String named(List<String> probes) {
        return probes.isEmpty() ? "" : " (" + String.join(", ", probes) + ")";
    }

    static String summary(SelfAuditReport report) {
        return report.count(Grade.FAILURE) + " failures, " + report.count(Grade.WARNING) + " warnings, "
                + report.count(Grade.SUCCESS) + " passed, " + report.count(Grade.INFO) + " not checked, in "
                + report.duration().toSeconds() + " s";
    }
}
