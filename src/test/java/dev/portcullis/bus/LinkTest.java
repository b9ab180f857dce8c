package dev.portcullis.bus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LinkTest {
    private final Link link = new Link(100);

    @Test
    void no_more_is_taken_than_may_be_under_way() {
        assertThat(link.take(60)).isTrue();
        assertThat(link.take(41)).isFalse();
        assertThat(link.take(40)).isTrue();
        assertThat(link.take(1)).isFalse();
        assertThat(link.underWay()).isEqualTo(100);
    }

    @Test
    void an_answer_confirms_what_went_before_it_was_asked_for() {
        link.take(60);
        assertThat(link.ask()).isTrue();
        link.take(30);
        assertThat(link.ask()).as("one at a time").isFalse();
        link.answered();
        assertThat(link.underWay()).isEqualTo(30);
        assertThat(link.take(70)).isTrue();
        assertThat(link.ask()).isTrue();
        link.answered();
        assertThat(link.underWay()).isZero();
    }

    @Test
    void a_silent_node_gets_nothing_until_it_answers_again() {
        link.take(10);
        link.ask();
        link.unanswered();
        assertThat(link.take(1)).isFalse();
        assertThat(link.ask()).as("it is asked again").isTrue();
        assertThat(link.take(1)).isFalse();
        link.answered();
        assertThat(link.take(1)).isTrue();
        assertThat(link.underWay()).as("what went before was read or is lost").isEqualTo(1);
    }
}
