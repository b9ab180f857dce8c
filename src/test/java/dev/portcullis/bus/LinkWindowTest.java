package dev.portcullis.bus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LinkWindowTest {
    private final LinkWindow window = new LinkWindow(100);

    @Test
    void no_more_is_taken_than_may_be_under_way() {
        assertThat(window.take(60)).isTrue();
        assertThat(window.take(41)).isFalse();
        assertThat(window.take(40)).isTrue();
        assertThat(window.take(1)).isFalse();
        assertThat(window.underWay()).isEqualTo(100);
    }

    @Test
    void an_answer_confirms_what_went_before_it_was_asked_for() {
        window.take(60);
        assertThat(window.ask()).isTrue();
        window.take(30);
        assertThat(window.ask()).as("one at a time").isFalse();
        window.answered();
        assertThat(window.underWay()).isEqualTo(30);
        assertThat(window.take(70)).isTrue();
        assertThat(window.ask()).isTrue();
        window.answered();
        assertThat(window.underWay()).isZero();
    }

    @Test
    void a_silent_node_gets_nothing_until_it_answers_again() {
        window.take(10);
        window.ask();
        window.unanswered();
        assertThat(window.take(1)).isFalse();
        assertThat(window.ask()).as("it is asked again").isTrue();
        assertThat(window.take(1)).isFalse();
        window.answered();
        assertThat(window.take(1)).isTrue();
        assertThat(window.underWay()).as("what went before was read or is lost").isEqualTo(1);
    }
}
