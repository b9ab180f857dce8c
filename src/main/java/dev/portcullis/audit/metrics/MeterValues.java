package dev.portcullis.audit.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The values of a node's metrics when they are asked for, by their names in the registry. A metric that is not there counts
 * nothing.
 */
public final class MeterValues {
    private final Function<String, List<Meter>> meters;

    /** One time series. */
    public record Series(Map<String, String> labels, double value) {}

    /**
     * A histogram.
     *
     * @param seconds upper bounds, ascending
     * @param counts of what took at most that long, since the start
     * @param count of all, since the start
     * @param total seconds of all together
     */
    public record Durations(List<Double> seconds, List<Double> counts, double count, double total) {
        public static final Durations NONE = new Durations(List.of(), List.of(), 0, 0);
    }

    /** @param meters of a name */
    MeterValues(Function<String, List<Meter>> meters) {
        this.meters = meters;
    }

    /** Over all labels. */
    public double sum(Metric metric) {
        return named(metric).stream().mapToDouble(MeterValues::value).sum();
    }

    public List<Series> series(Metric metric) {
        return named(metric).stream()
                .map(meter -> new Series(labels(meter), value(meter)))
                .toList();
    }

    /** The histograms of a timer, by the value of its label; empty text without one. */
    public Map<String, Durations> durations(Metric metric) {
        Map<String, Durations> found = new LinkedHashMap<>();
        named(metric)
                .forEach(meter -> found.put(
                        meter.getId().getTags().stream().map(Tag::getValue).collect(Collectors.joining(" ")),
                        durations(meter)));
        return found;
    }

    private List<Meter> named(Metric metric) {
        return meters.apply(metric.meter());
    }

    private static Map<String, String> labels(Meter meter) {
        Map<String, String> labels = new LinkedHashMap<>();
        meter.getId().getTags().forEach(tag -> labels.put(tag.getKey(), tag.getValue()));
        return labels;
    }

    /** A gauge whose owner is gone has no number. */
    private static double value(Meter meter) {
        double value = meter.match(
                Gauge::value,
                Counter::count,
                timer -> (double) timer.count(),
                summary -> 0d,
                task -> 0d,
                time -> 0d,
                FunctionCounter::count,
                timer -> 0d,
                other -> 0d);
        return Double.isFinite(value) ? value : 0;
    }

    private static Durations durations(Meter meter) {
        if (!(meter instanceof Timer timer)) {
            return Durations.NONE;
        }
        HistogramSnapshot snapshot = timer.takeSnapshot();
        CountAtBucket[] buckets = snapshot.histogramCounts();
        return new Durations(
                Arrays.stream(buckets)
                        .map(bucket -> bucket.bucket(TimeUnit.SECONDS))
                        .toList(),
                Arrays.stream(buckets).map(CountAtBucket::count).toList(),
                snapshot.count(),
                snapshot.total(TimeUnit.SECONDS));
    }
}
