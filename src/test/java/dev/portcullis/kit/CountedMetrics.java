package dev.portcullis.kit;

import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** Metrics that a test reads. */
public final class CountedMetrics {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Metrics metrics = new Metrics(registry);

    public Metrics metrics() {
        return metrics;
    }

    /** How often a counter counted, whatever its labels. */
    public long count(Metric metric) {
        return (long) registry.find(name(metric)).functionCounters().stream()
                .mapToDouble(FunctionCounter::count)
                .sum();
    }

    /** How often a counter with one label counted this value of it. */
    public long count(Metric metric, String value) {
        return (long) registry.find(name(metric)).functionCounters().stream()
                .filter(each -> each.getId().getTags().get(0).getValue().equals(value))
                .mapToDouble(FunctionCounter::count)
                .sum();
    }

    public double measured(Metric metric) {
        return registry.get(name(metric)).gauges().stream()
                .mapToDouble(Gauge::value)
                .sum();
    }

    public Timer timer(Metric metric, String value) {
        return registry.find(name(metric)).timers().stream()
                .filter(each -> each.getId().getTags().get(0).getValue().equals(value))
                .findFirst()
                .orElseThrow();
    }

    private static String name(Metric metric) {
        return "portcullis." + metric.id();
    }
}
