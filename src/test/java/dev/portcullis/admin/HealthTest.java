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
    private final Health health = new Health(
            List.of(new Health.Check("store", () -> found.get())), (name, now) -> changes.add(name + " " + now.id()));

    @Test
    void node_is_down_before_the_first_check() {
        assertThat(health.last().state()).isEqualTo(State.DOWN);
        health.check();
        assertThat(health.last().state()).isEqualTo(State.UP);
        assertThat(changes).isEmpty();
    }

    @Test
    void change_is_reported_once() {
        health.check();
        found = () -> State.DOWN;
        health.check();
        health.check();
        found = () -> State.UP;
        health.check();
        assertThat(changes).containsExactly("store down", "store up");
    }

    /** The other nodes could not serve those users either, so redirecting clients would not help. */
    @Test
    void degraded_check_degrades_the_node() {
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
    void check_that_is_down_from_the_start_is_reported() {
        found = () -> State.DOWN;
        health.check();
        assertThat(changes).containsExactly("store down");
    }

    @Test
    void state_of_a_check_is_found_by_its_name() {
        assertThat(health.names()).containsExactly("store");
        assertThat(health.isUp("store")).isFalse();
        health.check();
        assertThat(health.isUp("store")).isTrue();
        assertThat(health.isUp("nothing")).isFalse();
    }

    @Test
    void check_that_throws_counts_as_down() {
        found = () -> {
            throw new IllegalStateException("a test");
        };
        health.check();
        assertThat(health.last().state()).isEqualTo(State.DOWN);
    }
}
