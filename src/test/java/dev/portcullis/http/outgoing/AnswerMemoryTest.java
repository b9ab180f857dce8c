package dev.portcullis.http.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AnswerMemoryTest {
    private final AnswerMemory<String, Integer> memory = new AnswerMemory<>(3, 1_000);

    @Test
    void answer_is_kept_for_its_time() {
        long begin = Long.MAX_VALUE - 5; // nanoTime may overflow
        memory.add("a", 1, begin);
        assertThat(memory.find("a", begin + TimeUnit.SECONDS.toNanos(1) - 1)).contains(1);
        assertThat(memory.find("a", begin + TimeUnit.SECONDS.toNanos(1))).isEmpty();
    }

    @Test
    void oldest_answer_goes_first_and_a_new_one_replaces_the_old() {
        memory.add("a", 1, 0);
        memory.add("b", 1, 0);
        memory.add("c", 1, 0);
        memory.add("a", 2, 1);
        memory.add("d", 1, 2);
        assertThat(memory.find("b", 2)).isEmpty();
        assertThat(memory.find("a", 2)).contains(2);
        assertThat(memory.find("c", 2)).contains(1);
    }
}
