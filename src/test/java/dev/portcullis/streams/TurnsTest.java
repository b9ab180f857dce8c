package dev.portcullis.streams;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TurnsTest {
    private final Turns turns = new Turns();

    @Test
    void a_turn_that_was_told_is_due_until_it_is_met() {
        assertThat(turns.tell(7)).isTrue();
        assertThat(turns.areDue()).isTrue();
        turns.meet(7);
        assertThat(turns.areDue()).isFalse();
    }

    @Test
    void a_turn_that_was_met_is_no_news() {
        turns.meet(7);
        assertThat(turns.tell(7)).isFalse();
        assertThat(turns.tell(6)).isFalse();
        assertThat(turns.areDue()).isFalse();
        assertThat(turns.tell(8)).isTrue();
    }

    @Test
    void a_read_answers_all_that_was_told_before_it_began() {
        turns.tellAny();
        turns.startRead();
        turns.read(5, false);
        assertThat(turns.areDue()).isFalse();
    }

    /** The read may have run before that turn. */
    @Test
    void what_is_told_during_a_read_stays_due() {
        turns.tellAny();
        turns.startRead();
        turns.tell(9);
        turns.read(5, false);
        assertThat(turns.areDue()).isTrue();
    }

    @Test
    void what_a_read_has_seen_too_is_not_due() {
        turns.tell(5);
        turns.startRead();
        turns.tell(9);
        turns.read(9, false);
        assertThat(turns.areDue()).isFalse();
    }

    @Test
    void a_doubt_that_comes_during_a_read_stays() {
        turns.tell(5);
        turns.startRead();
        turns.tellAny();
        turns.read(9, false);
        assertThat(turns.areDue()).isTrue();
    }

    @Test
    void a_read_that_failed_has_answered_nothing() {
        turns.tell(9);
        turns.startRead();
        turns.tell(6);
        turns.readFailed();
        turns.meet(6);
        assertThat(turns.areDue()).isTrue();
    }

    @Test
    void after_a_fork_turns_count_anew() {
        turns.meet(900);
        turns.startRead();
        turns.read(3, true);
        assertThat(turns.tell(4)).isTrue();
    }
}
