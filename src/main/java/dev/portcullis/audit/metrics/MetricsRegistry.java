package dev.portcullis.audit.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.tracer.common.SpanContext;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The registry of a node's metrics: its own, the JVM's and those of Vert.x. */
public final class MetricsRegistry implements AutoCloseable {
    /**
     * Exemplars stand at buckets and counters alone. At a {@code _count}, where the library's default has them too, they make
     * Prometheus 2.42 refuse all metrics of the node.
     */
    private static final PrometheusConfig EXPOSITION = new PrometheusConfig() {
        @Override
        public @Nullable String get(String key) {
            return null;
        }

        @Override
        public Properties prometheusProperties() {
            return new Properties();
        }
    };

    private final PrometheusMeterRegistry registry;
    private final JvmGcMetrics pauses = new JvmGcMetrics();
    private final Map<String, List<Meter>> byName = new ConcurrentHashMap<>();
    private final MeterValues values = new MeterValues(name -> byName.getOrDefault(name, List.of()));

    public MetricsRegistry() {
        this(new PrometheusMeterRegistry(EXPOSITION));
    }

    /** @param traces says for which trace a duration is measured; it becomes the exemplar of its bucket */
    public MetricsRegistry(SpanContext traces) {
        this(new PrometheusMeterRegistry(EXPOSITION, new PrometheusRegistry(), Clock.SYSTEM, traces));
    }

    private MetricsRegistry(PrometheusMeterRegistry registry) {
        this.registry = registry;
        registry.config().onMeterAdded(this::added).onMeterRemoved(this::removed);
        List<MeterBinder> binders = List.of(
                pauses,
                new JvmMemoryMetrics(),
                new JvmThreadMetrics(),
                new ClassLoaderMetrics(),
                new ProcessorMetrics(),
                new FileDescriptorMetrics(),
                new UptimeMetrics());
        binders.forEach(each -> each.bindTo(registry));
    }

    public MeterRegistry registry() {
        return registry;
    }

    /** The metrics in Prometheus' text format 0.0.4. */
    public String scrape() {
        return registry.scrape();
    }

    /** The metrics in one of the formats; only {@link MetricsFormat#OPEN_METRICS} has exemplars. */
    public String scrape(MetricsFormat format) {
        return registry.scrape(format.contentType());
    }

    /** Of the dashboard, which reads some of them every two seconds: it does not search all of them each time. */
    public MeterValues values() {
        return values;
    }

    private void added(Meter meter) {
        byName.merge(
                meter.getId().getName(),
                List.of(meter),
                (one, other) -> Stream.concat(one.stream(), other.stream()).toList());
    }

    private void removed(Meter meter) {
        byName.computeIfPresent(
                meter.getId().getName(),
                (name, all) -> all.stream()
                        .filter(each -> !each.getId().equals(meter.getId()))
                        .toList());
    }

    public VertxMetricsFactory vertxMetrics() {
        return new MicrometerMetricsFactory(registry);
    }

    /**
     * Has no label that a client chooses: each invented method would be a new series (CWE-770). Our own metrics measure
     * the event bus at lower cost.
     */
    public MicrometerMetricsOptions vertxOptions() {
        return new MicrometerMetricsOptions()
                .setEnabled(true)
                .setRegistryName("portcullis-" + UUID.randomUUID()) // Vert.x keeps registries in a static map
                .setLabels(EnumSet.of(Label.HTTP_CODE, Label.POOL_TYPE, Label.POOL_NAME))
                .addDisabledMetricsCategory(MetricsDomain.EVENT_BUS);
    }

    @Override
    public void close() {
        pauses.close();
        registry.close();
    }
}
