package dev.portcullis.app.node.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OperatorBodiesTest {
    private static final long LARGE = 2 << 20;
    private static final long SMALL = 2 * 10_240;

    private final OperatorBodies bodies = new OperatorBodies(2 * LARGE);

    @Test
    void large_bodies_are_bounded_until_they_are_released() {
        assertThat(bodies.tryReserve(LARGE)).isTrue();
        assertThat(bodies.tryReserve(LARGE)).isTrue();
        assertThat(bodies.tryReserve(LARGE)).isFalse();
        bodies.release(LARGE);
        assertThat(bodies.tryReserve(LARGE)).isTrue();
    }

    @Test
    void small_body_passes_beside_any_number_of_large_ones() {
        assertThat(bodies.tryReserve(2 * LARGE)).isTrue();
        assertThat(bodies.tryReserve(SMALL)).isTrue();
        bodies.release(SMALL);
        assertThat(bodies.tryReserve(SMALL + 1)).isFalse();
    }
}
