package dev.portcullis.broadcast.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.broadcast.moderation.ModerationAnswer.Allowed;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AnswerMemoryTest {
    private static final ModerationAnswer ALLOWED = new Allowed();

    private final AnswerMemory memory = new AnswerMemory(3, 1_000);

    @Test
    void answer_is_kept_for_its_time() {
        long begin = Long.MAX_VALUE - 5; // nanoTime may overflow
        memory.add(key("a"), ALLOWED, begin);
        assertThat(memory.find(key("a"), begin + TimeUnit.SECONDS.toNanos(1))).contains(ALLOWED);
        assertThat(memory.find(key("a"), begin + TimeUnit.SECONDS.toNanos(1) + 1))
                .isEmpty();
    }

    @Test
    void oldest_answer_goes_first() {
        memory.add(key("a"), ALLOWED, 0);
        memory.add(key("b"), ALLOWED, 0);
        memory.add(key("c"), ALLOWED, 0);
        memory.add(key("a"), ALLOWED, 1);
        memory.add(key("d"), ALLOWED, 2);
        assertThat(memory.size()).isEqualTo(3);
        assertThat(memory.find(key("b"), 2)).isEmpty();
        assertThat(memory.find(key("a"), 2)).contains(ALLOWED);
    }

    @Test
    void answer_belongs_to_one_user_stream_type_id_and_text() {
        memory.add(AnswerMemory.Key.of("room:a", "ann", "chat", "1", new byte[] {1}), ALLOWED, 0);
        assertThat(memory.find(AnswerMemory.Key.of("room:a", "ann", "chat", "1", new byte[] {1}), 0))
                .contains(ALLOWED);
        assertThat(memory.find(AnswerMemory.Key.of("room:b", "ann", "chat", "1", new byte[] {1}), 0))
                .isEmpty();
        assertThat(memory.find(AnswerMemory.Key.of("room:a", "ben", "chat", "1", new byte[] {1}), 0))
                .isEmpty();
        assertThat(memory.find(AnswerMemory.Key.of("room:a", "ann", "edit", "1", new byte[] {1}), 0))
                .isEmpty();
        assertThat(memory.find(AnswerMemory.Key.of("room:a", "ann", "chat", "2", new byte[] {1}), 0))
                .isEmpty();
        assertThat(memory.find(AnswerMemory.Key.of("room:a", "ann", "chat", "1", new byte[] {2}), 0))
                .isEmpty();
    }

    private static AnswerMemory.Key key(String id) {
        return AnswerMemory.Key.of("room:lobby", "ann", "chat", id, new byte[0]);
    }
}
