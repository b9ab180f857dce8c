package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PublishBudgetTest {
    private final PublishBudget budget = new PublishBudget(100, 150, 0);

    @Test
    void messages_of_a_second_are_taken_and_the_next_ones_wait_until_they_fit() {
        assertThat(budget.take(60, 0)).isEmpty();
        assertThat(budget.take(60, 0)).hasValue(200);
        assertThat(budget.take(40, 0)).isEmpty();
        assertThat(budget.take(1, 0)).hasValue(10);
        budget.release(100);
        assertThat(budget.take(60, 500)).hasValue(100);
        assertThat(budget.take(60, 600)).isEmpty();
    }

    @Test
    void pause_of_any_length_gives_one_burst() {
        assertThat(budget.take(100, 1_000_000)).isEmpty();
        assertThat(budget.take(1, 1_000_000)).isPresent();
    }

    @Test
    void unanswered_messages_are_bounded_however_slowly_they_come() {
        assertThat(budget.take(100, 0)).isEmpty();
        assertThat(budget.take(51, 10_000)).isPresent();
        assertThat(budget.take(50, 10_000)).isEmpty();
        budget.release(100);
        assertThat(budget.take(50, 20_000)).isEmpty();
    }

    @Test
    void refused_call_takes_nothing() {
        assertThat(budget.take(101, 0)).isPresent();
        assertThat(budget.take(100, 0)).isEmpty();
    }
}
