package dev.portcullis.audit.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.prometheus.metrics.tracer.common.SpanContext;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsRegistryTest {
    private static final SpanContext TRACED = new SpanContext() {
        @Override
        public String getCurrentTraceId() {
            return "4bf92f3577b34da6a3ce929d0e0e4736";
        }

        @Override
        public String getCurrentSpanId() {
            return "00f067aa0ba902b7";
        }

        @Override
        public boolean isCurrentSpanSampled() {
            return true;
        }

        @Override
        public void markCurrentSpanAsExemplar() {}
    };

    @Test
    void exemplars_ofTimersAndCounters_standWhereEachPrometheusReadsThem() {
        try (MetricsRegistry metrics = new MetricsRegistry(TRACED)) {
            Timer.builder("wait")
                    .publishPercentileHistogram()
                    .register(metrics.registry())
                    .record(Duration.ofMillis(40));
            metrics.registry().timer("plain").record(Duration.ofMillis(40));
            metrics.registry().counter("seen").increment();

            List<String> names = metrics.scrape(MetricsFormat.OPEN_METRICS)
                    .lines()
                    .filter(line -> line.contains(" # {"))
                    .map(line -> line.split("[{ ]", 2)[0])
                    .distinct()
                    .toList();

            assertThat(names).containsExactlyInAnyOrder("wait_seconds_bucket", "seen_total");
        }
    }
}
