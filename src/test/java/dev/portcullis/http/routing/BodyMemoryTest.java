package dev.portcullis.http.routing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BodyMemoryTest {
    @Test
    void bodies_are_bounded_until_they_are_released() {
        BodyMemory memory = new BodyMemory(100);
        assertThat(memory.tryReserve(60)).isTrue();
        assertThat(memory.tryReserve(41)).isFalse();
        assertThat(memory.tryReserve(40)).isTrue();
        assertThat(memory.used()).isEqualTo(100);
        memory.release(60);
        assertThat(memory.tryReserve(60)).isTrue();
    }
}
