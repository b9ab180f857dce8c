package dev.portcullis.admin.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private final History history = new History(3, List.of("a", "b"));

    @Test
    void empty_history_has_no_points() {
        assertThat(history.after(0)).isEqualTo(new History.Slice(List.of(), Map.of("a", List.of(), "b", List.of())));
    }

    @Test
    void points_come_oldest_first_with_each_value_in_its_column() {
        add(10, 1, 2);
        add(20, 3, 4);
        assertThat(history.after(0))
                .isEqualTo(
                        new History.Slice(List.of(10L, 20L), Map.of("a", List.of(1.0, 3.0), "b", List.of(2.0, 4.0))));
    }

    @Test
    void full_history_keeps_the_newest_points() {
        for (int i = 1; i <= 1_000; i++) {
            add(i, i, -i);
        }
        assertThat(history.after(0))
                .isEqualTo(new History.Slice(
                        List.of(998L, 999L, 1_000L),
                        Map.of("a", List.of(998.0, 999.0, 1_000.0), "b", List.of(-998.0, -999.0, -1_000.0))));
    }

    @Test
    void only_points_behind_the_given_time_are_shown() {
        add(10, 1, 1);
        add(20, 2, 2);
        add(30, 3, 3);
        assertThat(history.after(20).times()).containsExactly(30L);
        assertThat(history.after(19).times()).containsExactly(20L, 30L);
        assertThat(history.after(30).times()).isEmpty();
    }

    /** Else a reader that asks for what comes behind its last point would wait for an hour. */
    @Test
    void clock_that_is_set_back_begins_the_history_again() {
        add(10, 1, 1);
        add(20, 2, 2);
        add(15, 3, 3);
        assertThat(history.after(0).times()).containsExactly(15L);
        assertThat(history.after(0).columns()).containsEntry("a", List.of(3.0));
        add(16, 4, 4);
        assertThat(history.after(0).times()).containsExactly(15L, 16L);
    }

    @Test
    void point_needs_a_value_for_each_column() {
        assertThatThrownBy(() -> history.add(1, List.of(1.0))).isInstanceOf(IllegalArgumentException.class);
    }

    private void add(long time, double a, double b) {
        history.add(time, List.of(a, b));
    }
}
