package dev.portcullis.bus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PeerAnswersTest {
    private final PeerAnswers answers = new PeerAnswers(400);

    @Test
    void node_that_was_not_asked_owes_no_answer() {
        assertThat(answers.areOverdue(at(100_000))).isFalse();
    }

    @Test
    void first_question_without_an_answer_counts() {
        answers.asked(at(0));
        answers.asked(at(300));
        assertThat(answers.areOverdue(at(400))).isFalse();
        assertThat(answers.areOverdue(at(401))).isTrue();
    }

    @Test
    void answer_to_anything_clears_the_node() {
        answers.asked(at(0));
        answers.answered();
        assertThat(answers.areOverdue(at(10_000))).isFalse();
        answers.asked(at(10_000));
        assertThat(answers.areOverdue(at(10_400))).isFalse();
        assertThat(answers.areOverdue(at(10_401))).isTrue();
    }

    @Test
    void node_is_probed_at_intervals() {
        assertThat(answers.mayProbe(at(0))).isTrue();
        assertThat(answers.mayProbe(at(PeerAnswers.PROBE_MS))).isFalse();
        assertThat(answers.mayProbe(at(PeerAnswers.PROBE_MS + 1))).isTrue();
    }

    private static long at(long ms) {
        return TimeUnit.MILLISECONDS.toNanos(ms);
    }
}
