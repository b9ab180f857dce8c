package dev.portcullis.client.selfaudit;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The report as one file for a browser: no script, nothing that is loaded, and each text of the server escaped (CWE-79). */
public final class HtmlReport {
    private static final int BAR_WIDTH = 480;
    private static final int BAR_HEIGHT = 22;
    private static final int LABEL_WIDTH = 170;
    private static final int HISTOGRAM_PARTS = 24;
    private static final int HISTOGRAM_HEIGHT = 90;

    private static final String STYLE = "body{font:15px/1.45 system-ui,sans-serif;max-width:62rem;margin:2rem auto;"
            + "padding:0 1rem;color:#1c2430;background:#fff}table{border-collapse:collapse;width:100%}"
            + "td,th{text-align:left;padding:.3rem .5rem;border-bottom:1px solid #dde3ea;vertical-align:top}"
            + "code{font-size:.9em}.failure{color:#b3261e}.warning{color:#8a5a00}.success{color:#1b6e3c}"
            + ".info{color:#5b6675}svg text{font:12px system-ui,sans-serif;fill:#1c2430}";

    private HtmlReport() {}

    public static String of(SelfAuditReport report) {
        return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
                + "<title>Self-audit of " + escaped(report.target()) + "</title><style>" + STYLE
                + "</style></head><body>\n<h1>Self-audit of <code>" + escaped(report.target()) + "</code></h1>\n<p>"
                + escaped(report.begin() + ": " + TextReport.summary(report)) + "</p>\n"
                + (report.isComplete() ? "" : "<p class=\"warning\">The run was stopped before its end.</p>\n")
                + (report.hasLearnt() ? "" : "<p class=\"warning\">Nothing could be learnt from the server.</p>\n")
                + (report.left().isEmpty()
                        ? ""
                        : "<p class=\"warning\">Left at the server: " + escaped(String.join(", ", report.left()))
                                + "</p>\n")
                + areas(report)
                + fixes(report)
                + results(report)
                + load(report)
                + standards(report)
                + "</body></html>\n";
    }

    private static String areas(SelfAuditReport report) {
        StringBuilder bars = new StringBuilder();
        int row = 0;
        for (ProbeArea area : ProbeArea.values()) {
            List<ProbeResult> results = report.of(area);
            if (!results.isEmpty()) {
                bars.append(bar(area, results, row * (BAR_HEIGHT + 6)));
                row++;
            }
        }
        return "<h2>By area</h2>\n<svg role=\"img\" aria-label=\"Results by area\" width=\"" + (LABEL_WIDTH + BAR_WIDTH)
                + "\" height=\"" + (row * (BAR_HEIGHT + 6)) + "\">" + bars + "</svg>\n";
    }

    private static String bar(ProbeArea area, List<ProbeResult> results, int y) {
        StringBuilder parts =
                new StringBuilder("<text x=\"0\" y=\"" + (y + 15) + "\">" + escaped(area.title()) + "</text>");
        double x = LABEL_WIDTH;
        for (Grade grade : List.of(Grade.FAILURE, Grade.WARNING, Grade.SUCCESS, Grade.INFO)) {
            long count = results.stream().filter(each -> each.grade() == grade).count();
            if (count > 0) {
                double width = (double) BAR_WIDTH * count / results.size();
                parts.append(String.format(
                        Locale.ROOT,
                        "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"><title>%d %s</title></rect>",
                        x,
                        y,
                        width,
                        BAR_HEIGHT,
                        colour(grade),
                        count,
                        grade.id()));
                x += width;
            }
        }
        return parts.toString();
    }

    private static String colour(Grade grade) {
        return switch (grade) {
            case FAILURE -> "#c8372d";
            case WARNING -> "#e0a030";
            case SUCCESS -> "#3f9b63";
            case INFO -> "#c3cbd5";
        };
    }

    private static String fixes(SelfAuditReport report) {
        List<ProbeResult> findings = report.findings();
        return findings.isEmpty()
                ? ""
                : "<h2>What to do</h2>\n<ol>"
                        + findings.stream()
                                .map(each -> "<li><b class=\"" + each.grade().id() + "\">"
                                        + escaped(each.probe().id()) + "</b>: "
                                        + escaped(each.probe().fix())
                                        + "</li>")
                                .collect(Collectors.joining("\n"))
                        + "</ol>\n";
    }

    private static String results(SelfAuditReport report) {
        return "<h2>All probes</h2>\n<table><tr><th>Mark</th><th>Probe</th><th>Asked</th><th>Seen</th></tr>"
                + report.results().stream()
                        .map(each -> "<tr><td class=\"" + each.grade().id() + "\">" + each.grade()
                                + "</td><td><code>" + escaped(each.probe().id()) + "</code></td><td>"
                                + escaped(each.probe().title()) + "</td><td>" + escaped(each.text()) + "</td></tr>")
                        .collect(Collectors.joining("\n"))
                + "</table>\n";
    }

    private static String load(SelfAuditReport report) {
        return report.load()
                .map(load ->
                        "<h2>Load</h2>\n<p>" + load.connections() + " connections at once. Times of pings, from 0 to "
                                + String.format(Locale.ROOT, "%.1f", LoadFigures.quantile(load.pingMs(), 1))
                                + " ms:</p>\n" + histogram(load))
                .orElse("");
    }

    private static String histogram(LoadFigures load) {
        List<Integer> counts = LoadFigures.histogram(load.pingMs(), HISTOGRAM_PARTS);
        int most = Math.max(1, counts.stream().mapToInt(Integer::intValue).max().orElse(1));
        StringBuilder bars = new StringBuilder();
        double width = (double) BAR_WIDTH / HISTOGRAM_PARTS;
        for (int i = 0; i < counts.size(); i++) {
            double height = (double) HISTOGRAM_HEIGHT * counts.get(i) / most;
            bars.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"#4a7fc1\"/>",
                    i * width,
                    HISTOGRAM_HEIGHT - height,
                    width - 1,
                    height));
        }
        return "<svg role=\"img\" aria-label=\"Times of pings\" width=\"" + BAR_WIDTH + "\" height=\""
                + HISTOGRAM_HEIGHT + "\">" + bars + "</svg>\n";
    }

    private static String standards(SelfAuditReport report) {
        return "<h2>Standards</h2>\n<p>What this run is evidence for, and no more than that.</p>\n"
                + "<table><tr><th>Document</th><th>Section</th><th>About</th><th>Evidence</th><th>Probes</th></tr>"
                + report.evidence().stream()
                        .map(each -> "<tr><td>" + escaped(each.standard().document()) + "</td><td>"
                                + escaped(each.standard().section()) + "</td><td>"
                                + escaped(each.standard().about()) + "</td><td class=\"" + kind(each) + "\">"
                                + each.extent().text() + "</td><td><code>"
                                + escaped(String.join(" ", each.probes())) + "</code></td></tr>")
                        .collect(Collectors.joining("\n"))
                + "</table>\n";
    }

    private static String kind(StandardEvidence evidence) {
        return switch (evidence.extent()) {
            case SHOWN -> "success";
            case CONTRADICTED -> "failure";
            case PARTLY, NONE -> "info";
        };
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
