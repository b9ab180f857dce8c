package dev.portcullis.bus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LinkWindowTest {
    private final LinkWindow window = new LinkWindow(100);

    @Test
    void no_more_is_taken_than_may_be_under_way() {
        assertThat(window.reserve(60)).isTrue();
        assertThat(window.reserve(41)).isFalse();
        assertThat(window.reserve(40)).isTrue();
        assertThat(window.reserve(1)).isFalse();
        assertThat(window.unackedBytes()).isEqualTo(100);
    }

    @Test
    void an_answer_confirms_what_went_before_it_was_asked_for() {
        window.reserve(60);
        assertThat(window.requestAck()).isTrue();
        window.reserve(30);
        assertThat(window.requestAck()).as("one at a time").isFalse();
        window.onAck();
        assertThat(window.unackedBytes()).isEqualTo(30);
        assertThat(window.reserve(70)).isTrue();
        assertThat(window.requestAck()).isTrue();
        window.onAck();
        assertThat(window.unackedBytes()).isZero();
    }

    @Test
    void a_silent_node_gets_nothing_until_it_answers_again() {
        window.reserve(10);
        window.requestAck();
        window.onAckTimeout();
        assertThat(window.reserve(1)).isFalse();
        assertThat(window.requestAck()).as("it is asked again").isTrue();
        assertThat(window.reserve(1)).isFalse();
        window.onAck();
        assertThat(window.reserve(1)).isTrue();
        assertThat(window.unackedBytes()).as("what went before was read or is lost").isEqualTo(1);
    }
}
