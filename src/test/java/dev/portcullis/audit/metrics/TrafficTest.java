package dev.portcullis.audit.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Rejection.Limited;
import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.protocol.Rejection.Window;
import io.micrometer.core.instrument.Meter;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TrafficTest {
    private final MetricsRegistry registry = new MetricsRegistry();
    private final Metrics traffic = new Metrics(registry.registry());

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void delivery_counts_for_each_connection() {
        traffic.delivered(3, 200);
        traffic.delivered(0, 200);
        traffic.delivered(1, 50);
        traffic.received(70);
        assertThat(registry.values().sum(Metric.DELIVERIES)).isEqualTo(4);
        assertThat(registry.values().sum(Metric.DELIVERED_BYTES)).isEqualTo(650);
        assertThat(registry.values().sum(Metric.RECEIVED_BYTES)).isEqualTo(70);
    }

    @Test
    void limits_are_counted_by_scope_window_and_type_of_the_frame() {
        Limited hour = new Limited(Scope.USER, Window.HOUR, 1, Optional.empty());
        traffic.limited(hour, Optional.of(FrameType.CHAT));
        traffic.limited(hour, Optional.of(FrameType.CHAT));
        traffic.limited(hour, Optional.empty());
        assertThat(registry.values().series(Metric.LIMITED))
                .contains(
                        new MeterValues.Series(Map.of("scope", "user", "window", "hour", "action", "chat"), 2),
                        new MeterValues.Series(Map.of("scope", "user", "window", "hour", "action", "none"), 1));
        assertThat(registry.scrape())
                .contains("portcullis_limited_total{action=\"chat\",scope=\"user\",window=\"hour\"} 2.0");
    }

    @Test
    void values_follow_series_that_come_and_go() {
        MeterValues values = registry.values();
        Meter first = registry.registry().counter(Metric.LIMITED.meter(), "scope", "first");
        registry.registry().counter(Metric.LIMITED.meter(), "scope", "second").increment();
        registry.registry().remove(first);
        assertThat(values.series(Metric.LIMITED))
                .filteredOn(series -> series.labels().size() == 1)
                .containsExactly(new MeterValues.Series(Map.of("scope", "second"), 1));
    }

    @Test
    void metric_that_is_not_there_counts_nothing() {
        assertThat(registry.values().sum(Metric.HOOKS_LOST)).isZero();
        assertThat(registry.values().series(Metric.HOOKS_LOST)).isEmpty();
        assertThat(registry.values().durations(Metric.HOOKS_LOST)).isEmpty();
    }
}
