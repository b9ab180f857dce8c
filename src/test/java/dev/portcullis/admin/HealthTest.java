package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.Health.State;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class HealthTest {
    private final List<String> changes = new ArrayList<>();
    private Supplier<State> found = () -> State.UP;
    private final Health health = new Health(List.of(check()), (name, now) -> changes.add(name + " " + now.id()));

    @Test
    void nobody_is_ready_before_the_first_look() {
        assertThat(health.last().state()).isEqualTo(State.DOWN);
        health.check();
        assertThat(health.last().state()).isEqualTo(State.UP);
        assertThat(changes).isEmpty();
    }

    @Test
    void a_change_is_told_once() {
        health.check();
        found = () -> State.DOWN;
        health.check();
        health.check();
        found = () -> State.UP;
        health.check();
        assertThat(changes).containsExactly("store down", "store up");
    }

    /** Another node could serve no more users either: to send clients away would help nobody. */
    @Test
    void a_part_that_is_lost_degrades_a_node_that_can_serve() {
        found = () -> State.DEGRADED;
        health.check();
        assertThat(health.last().state()).isEqualTo(State.DEGRADED);
        assertThat(health.last().json()).isEqualTo("{\"status\":\"degraded\",\"checks\":{\"store\":\"degraded\"}}");
        assertThat(health.isUp("store")).isTrue();
        found = () -> State.DOWN;
        health.check();
        assertThat(health.isUp("store")).isFalse();
        assertThat(changes).containsExactly("store degraded", "store down");
    }

    @Test
    void what_is_down_from_the_start_is_told_too() {
        found = () -> State.DOWN;
        health.check();
        assertThat(changes).containsExactly("store down");
    }

    @Test
    void each_check_can_be_asked_for_by_its_name() {
        assertThat(health.names()).containsExactly("store");
        assertThat(health.isUp("store")).isFalse();
        health.check();
        assertThat(health.isUp("store")).isTrue();
        assertThat(health.isUp("nothing")).isFalse();
    }

    @Test
    void a_check_that_breaks_counts_as_down() {
        found = () -> {
            throw new IllegalStateException("broken");
        };
        health.check();
        assertThat(health.last().state()).isEqualTo(State.DOWN);
    }

    private HealthCheck check() {
        return new HealthCheck() {
            @Override
            public String name() {
                return "store";
            }

            @Override
            public State check() {
                return found.get();
            }
        };
    }
}
