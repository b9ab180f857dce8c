package dev.portcullis.audit.metrics;

import java.util.List;
import java.util.Locale;

/** The forms in which the metrics are read. */
public enum MetricsFormat {
    /** The text format of Prometheus, which everything reads. */
    PROMETHEUS_TEXT("text/plain; version=0.0.4; charset=utf-8"),

    /** The format that has exemplars, for readers who ask for it. */
    OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

    private static final String OPEN_METRICS_TYPE = "application/openmetrics-text";

    private final String contentType;

    MetricsFormat(String contentType) {
        this.contentType = contentType;
    }

    /** @param accept the values of the header {@code Accept} */
    public static MetricsFormat of(List<String> accept) {
        return accept.stream().anyMatch(each -> each.toLowerCase(Locale.ROOT).contains(OPEN_METRICS_TYPE))
                ? OPEN_METRICS
                : PROMETHEUS_TEXT;
    }

    public String contentType() {
        return contentType;
    }
}
