package dev.portcullis.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.portcullis.edge.EdgeStats.MessageRate;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EdgeStatsTest {
    private final EdgeStats stats = new EdgeStats(2);

    @Test
    void stats_before_the_first_report_are_zero() {
        assertThat(stats.rooms()).isZero();
        assertThat(stats.messageRate()).isEqualTo(MessageRate.NONE);
    }

    @Test
    void stats_sum_the_latest_report_of_each_instance() {
        report(0, 3, Map.of());
        report(1, 4, Map.of());
        assertThat(stats.rooms()).isEqualTo(7);
        report(0, 0, Map.of());
        assertThat(stats.rooms()).isEqualTo(4);
    }

    @Test
    void lag_is_that_of_the_instance_that_is_latest() {
        stats.report(0, new EdgeStats.Count(300, 0, 0, 0, new TreeMap<>()));
        stats.report(1, new EdgeStats.Count(20, 0, 0, 0, new TreeMap<>()));
        assertThat(stats.lag()).isEqualTo(300);
    }

    @Test
    void mean_rate_includes_silent_connections() {
        report(0, 0, Map.of(0, 6, 10, 1));
        report(1, 0, Map.of(0, 2, 30, 1));
        assertThat(stats.messageRate().mean()).isCloseTo(0.4, within(1e-9)); // 40 frames in 10 s of 10 connections
    }

    @Test
    void p99_excludes_one_connection_of_a_hundred() {
        report(0, 0, Map.of(20, 50, 500, 1));
        report(1, 0, Map.of(20, 49));
        assertThat(stats.messageRate().p99()).isEqualTo(2);
        report(1, 0, Map.of(20, 48, 400, 1));
        assertThat(stats.messageRate().p99()).as("two of a hundred").isEqualTo(40);
        report(1, 0, Map.of(20, 48));
        assertThat(stats.messageRate().p99()).as("one of ninety-nine").isEqualTo(50);
    }

    @Test
    void rate_of_a_single_connection_is_mean_and_p99() {
        report(0, 0, Map.of(7, 1));
        assertThat(stats.messageRate()).isEqualTo(new MessageRate(0.7, 0.7));
    }

    private void report(int instance, int rooms, Map<Integer, Integer> frames) {
        stats.report(instance, new EdgeStats.Count(0, rooms, 0, 0, new TreeMap<>(frames)));
    }
}
