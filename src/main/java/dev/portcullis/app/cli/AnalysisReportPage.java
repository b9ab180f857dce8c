package dev.portcullis.app.cli;

import dev.portcullis.audit.analysis.AnalysisReport.Finding;
import dev.portcullis.audit.analysis.Timeline;
import dev.portcullis.config.text.SafeExcerpt;
import dev.portcullis.content.HtmlEscaper;
import java.time.Instant;
import java.util.Locale;

/** The analysis of audit files as one file for a browser: no script, nothing that is loaded, each text escaped (CWE-79). */
final class AnalysisReportPage {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 80;
    private static final String STYLE = "body{font:15px/1.45 system-ui,sans-serif;max-width:62rem;margin:2rem auto;"
            + "padding:0 1rem;color:#1c2430;background:#fff}.failure{color:#b3261e}.warning{color:#8a5a00}"
            + "svg{background:#f4f6f8}svg text{font:12px system-ui,sans-serif;fill:#1c2430}";

    private AnalysisReportPage() {}

    static String of(AnalysisReportText text) {
        StringBuilder page = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
                + "<title>Analysis of audit files</title><style>" + STYLE
                + "</style></head><body>\n<h1>Analysis of audit files</h1>\n<p>"
                + HtmlEscaper.all(text.about()) + "</p>\n");
        text.report()
                .refusals()
                .ifPresent(drawn ->
                        page.append("<h2>Refusals of all clients</h2>\n").append(chart(drawn, "#5b6675")));
        if (text.report().unreadable() > 0) {
            page.append("<p class=\"warning\">")
                    .append(text.report().unreadable())
                    .append(" lines are none of a chain: <code>audit verify</code> says what was changed.</p>\n");
        }
        page.append("<h2>Findings</h2>\n");
        if (text.report().findings().isEmpty()) {
            page.append("<p>None.</p>\n");
        }
        text.report().findings().forEach(finding -> page.append(section(finding)));
        text.report()
                .full()
                .forEach(pattern -> page.append("<p class=\"warning\">")
                        .append(pattern.id())
                        .append(": of more sources than are listed.</p>\n"));
        return page.append("</body></html>\n").toString();
    }

    private static String section(Finding finding) {
        String grade = AnalysisReportText.grade(finding).id();
        return "<h3 class=\"" + grade + "\">" + grade + ": " + finding.pattern().id() + " by <code>"
                + HtmlEscaper.all(SafeExcerpt.of(finding.source())) + "</code></h3>\n<p>"
                + HtmlEscaper.all(AnalysisReportText.title(finding)) + ".</p>\n"
                + chart(finding.timeline(), "failure".equals(grade) ? "#b3261e" : "#d08a00") + "<p>What to do: "
                + HtmlEscaper.all(finding.pattern().advice()) + ".</p>\n";
    }

    private static String chart(Timeline.Drawn drawn, String colour) {
        double width = (double) WIDTH / drawn.counts().size();
        long highest = Math.max(1, drawn.highest());
        StringBuilder bars = new StringBuilder();
        for (int i = 0; i < drawn.counts().size(); i++) {
            long count = drawn.counts().get(i);
            if (count > 0) {
                double height = Math.max(1, (double) HEIGHT * count / highest);
                bars.append(String.format(
                        Locale.ROOT,
                        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"><title>%s: %d</title></rect>",
                        i * width,
                        HEIGHT - height,
                        Math.max(1, width - 1),
                        height,
                        colour,
                        Instant.ofEpochMilli(drawn.begin() + i * drawn.width()),
                        count));
            }
        }
        return "<svg role=\"img\" aria-label=\"Counts over time\" width=\"" + WIDTH + "\" height=\"" + (HEIGHT + 20)
                + "\">"
                + bars + "<text x=\"0\" y=\"" + (HEIGHT + 15) + "\">" + Instant.ofEpochMilli(drawn.begin())
                + "</text><text x=\"" + WIDTH + "\" y=\"" + (HEIGHT + 15) + "\" text-anchor=\"end\">"
                + Instant.ofEpochMilli(drawn.end()) + "</text></svg>\n";
    }
}
