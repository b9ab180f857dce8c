package dev.portcullis.app.cli;

import dev.portcullis.audit.verify.ChainReport;
import dev.portcullis.audit.verify.ChainReport.Finding;
import dev.portcullis.config.Json;
import dev.portcullis.config.text.EscapedText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The text that {@code audit verify} prints.
 *
 * @param sameMachine whether the store that vouches for the end may be changed by the same people as the files
 */
record AuditReportText(ChainReport report, boolean sameMachine) {
    private static final String SAME_MACHINE =
            " (an embedded store: a user who can write on the machine of the node can change it as well)";

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("chain " + report.chain() + ": " + report.files() + " files, lines " + report.first() + " to "
                + report.last() + ", signed up to line " + report.signed()
                + (report.keys().isEmpty() ? "" : " by " + String.join(", ", report.keys())));
        report.findings().forEach(finding -> lines.add("  " + finding));
        if (report.signed() < report.last()) {
            lines.add("  lines behind " + report.signed() + " are not signed: a node that runs signs them within"
                    + " seconds, one that was stopped leaves none");
        }
        if (report.isWhole()) {
            lines.add("  nothing is wrong in the files");
        } else if (report.wrong() > report.findings().size()) {
            lines.add("  and " + (report.wrong() - report.findings().size()) + " more");
        }
        lines.add("  " + EscapedText.of(end()));
        return lines;
    }

    String json() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("chain", report.chain());
        all.put("files", (long) report.files());
        all.put("lines", report.lines());
        all.put("first", report.first());
        all.put("last", report.last());
        all.put("signed", report.signed());
        all.put("keys", report.keys());
        all.put("whole", report.isWhole());
        all.put("proven", report.isProven());
        all.put("end", end());
        all.put("wrong", report.wrong());
        all.put(
                "findings",
                report.findings().stream().map(AuditReportText::fields).toList());
        return Json.ascii(all);
    }

    private static Map<String, Object> fields(Finding finding) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("kind", finding.kind().id());
        fields.put("file", finding.file());
        fields.put("line", finding.line());
        fields.put("what", finding.what());
        return fields;
    }

    private String end() {
        String note = sameMachine ? SAME_MACHINE : "";
        return report.end()
                .fold(
                        behind -> behind == 0
                                ? "end proven by the store" + note
                                : "end proven by the store up to line " + (report.last() - behind) + note
                                        + "; end unproven for the " + behind + " lines behind it",
                        why -> "end unproven: " + why);
    }
}
