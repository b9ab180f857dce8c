package dev.portcullis.app.cli;

import dev.portcullis.audit.analysis.AnalysisReport;
import dev.portcullis.audit.analysis.AnalysisReport.Finding;
import dev.portcullis.audit.analysis.AttackPattern;
import dev.portcullis.audit.analysis.Timeline;
import dev.portcullis.client.selfaudit.Grade;
import dev.portcullis.config.Json;
import dev.portcullis.config.text.SafeExcerpt;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code audit analyze} prints. */
record AnalysisReportText(AnalysisReport report) {
    private static final String BARS = " ▁▂▃▄▅▆▇█";

    List<String> lines(boolean verbose) {
        List<String> lines = new ArrayList<>();
        lines.add(mark(Grade.INFO) + about());
        report.refusals()
                .filter(drawn -> drawn.highest() > 0)
                .ifPresent(drawn -> lines.add(mark(Grade.INFO) + "refusals " + drawn(drawn)));
        if (report.unreadable() > 0) {
            lines.add(mark(Grade.WARNING) + report.unreadable()
                    + " lines are none of a chain: audit verify says what was changed");
        }
        report.findings().forEach(finding -> {
            lines.add(mark(grade(finding)) + title(finding));
            lines.add("    " + drawn(finding.timeline()));
        });
        report.full()
                .forEach(
                        pattern -> lines.add(mark(Grade.WARNING) + pattern.id() + ": of more sources than are listed"));
        List<AttackPattern> quiet = Stream.of(AttackPattern.values())
                .filter(pattern -> report.findings().stream().noneMatch(each -> each.pattern() == pattern))
                .toList();
        if (verbose) {
            quiet.forEach(pattern -> lines.add(mark(Grade.SUCCESS) + pattern.id() + ": less than " + pattern.threshold()
                    + " " + pattern.what() + " in " + time(pattern.window())));
        } else if (!quiet.isEmpty() && report.lines() > 0) {
            lines.add(mark(Grade.SUCCESS) + "none of: "
                    + quiet.stream().map(AttackPattern::id).collect(Collectors.joining(", ")));
        }
        found().forEach(pattern -> lines.add("  " + pattern.id() + ": " + pattern.advice()));
        return lines;
    }

    String json() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("grade", worst().id());
        all.put("chains", report.chains());
        all.put("lines", report.lines());
        all.put("unreadable", report.unreadable());
        report.refusals().ifPresent(drawn -> all.put("refusals", fields(drawn)));
        all.put(
                "findings",
                report.findings().stream().map(AnalysisReportText::fields).toList());
        all.put("full", report.full().stream().map(AttackPattern::id).sorted().toList());
        return Json.ascii(all);
    }

    Grade worst() {
        Stream<Grade> unread = report.unreadable() > 0 || !report.full().isEmpty()
                ? Stream.of(Grade.WARNING)
                : Stream.of(Grade.SUCCESS);
        return Stream.concat(report.findings().stream().map(AnalysisReportText::grade), unread)
                .max(Comparator.comparingInt(Grade::exitCode))
                .orElse(Grade.SUCCESS);
    }

    static Grade grade(Finding finding) {
        return finding.pattern().extent() == AttackPattern.Extent.SUCCEEDED ? Grade.FAILURE : Grade.WARNING;
    }

    /** The patterns that were found, each once. */
    List<AttackPattern> found() {
        return report.findings().stream().map(Finding::pattern).distinct().toList();
    }

    String about() {
        return "chains " + SafeExcerpt.of(String.join(", ", report.chains())) + ": " + report.lines() + " lines"
                + report.refusals()
                        .map(drawn -> ", from " + Instant.ofEpochMilli(drawn.begin()) + " to "
                                + Instant.ofEpochMilli(drawn.end()))
                        .orElse("");
    }

    static String title(Finding finding) {
        AttackPattern pattern = finding.pattern();
        return pattern.id() + " by " + SafeExcerpt.of(finding.source()) + ": " + finding.count() + " " + pattern.what()
                + ", at most " + finding.peak() + " in " + time(pattern.window()) + ", from "
                + Instant.ofEpochMilli(finding.first()) + " to " + Instant.ofEpochMilli(finding.last());
    }

    static String time(long millis) {
        Duration time = Duration.ofMillis(millis);
        return time.toMinutes() < 60 ? time.toMinutes() + " min" : time.toHours() + " h";
    }

    /** A bar for each part, beside how wide a part is. A part with any count has a bar that can be seen. */
    private static String drawn(Timeline.Drawn drawn) {
        long highest = Math.max(1, drawn.highest());
        String bars = drawn.counts().stream()
                .map(count -> BARS.charAt((int) (count == 0 ? 0 : 1 + count * (BARS.length() - 2) / highest)))
                .map(String::valueOf)
                .collect(Collectors.joining());
        return "|" + bars + "| " + drawn.highest() + " at most in "
                + Duration.ofMillis(drawn.width()).toString().substring(2).toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> fields(Finding finding) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("grade", grade(finding).id());
        fields.put("pattern", finding.pattern().id());
        fields.put("source", finding.source());
        fields.put("what", finding.pattern().what());
        fields.put("count", finding.count());
        fields.put("peak", finding.peak());
        fields.put("windowMs", finding.pattern().window());
        fields.put("first", Instant.ofEpochMilli(finding.first()).toString());
        fields.put("last", Instant.ofEpochMilli(finding.last()).toString());
        fields.put("advice", finding.pattern().advice());
        fields.put("timeline", fields(finding.timeline()));
        return fields;
    }

    private static Map<String, Object> fields(Timeline.Drawn drawn) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("begin", Instant.ofEpochMilli(drawn.begin()).toString());
        fields.put("partMs", drawn.width());
        fields.put("counts", drawn.counts());
        return fields;
    }

    private static String mark(Grade grade) {
        return "[" + grade.name() + "] ";
    }
}
