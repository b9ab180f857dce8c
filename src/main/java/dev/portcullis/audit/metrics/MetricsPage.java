package dev.portcullis.audit.metrics;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes the page that explains all metrics. */
public final class MetricsPage {
    private static final String OPENING = """
            # Metrics

            `GET /metrics` of the listener `admin` has these for Prometheus, each with its line here as its description. No label carries a user, an
            address or a room. JVM and process metrics have their usual names. A name in `_seconds` is a histogram, but for that of the certificate, with
            `_bucket`, `_count` and `_sum`; `_max` is the largest of the last minutes.

            This page is written by `metrics`.

            | name | what |
            | --- | --- |
            """;

    private MetricsPage() {}

    public static String text() {
        return Stream.of(Metric.values()).map(Metric::row).collect(Collectors.joining("", OPENING, ""));
    }
}
