package dev.portcullis.bus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LinkWindowTest {
    private final LinkWindow window = new LinkWindow(100);

    @Test
    void window_admits_no_more_than_its_limit() {
        assertThat(window.reserve(60)).isTrue();
        assertThat(window.reserve(41)).isFalse();
        assertThat(window.reserve(40)).isTrue();
        assertThat(window.reserve(1)).isFalse();
        assertThat(window.unackedBytes()).isEqualTo(100);
    }

    @Test
    void acknowledgement_covers_what_was_sent_before_its_request() {
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
    void window_of_an_unresponsive_node_admits_nothing_until_it_acknowledges() {
        window.reserve(10);
        window.requestAck();
        window.onAckTimeout();
        assertThat(window.reserve(1)).isFalse();
        assertThat(window.requestAck()).as("it is probed").isTrue();
        assertThat(window.reserve(1)).isFalse();
        window.onAck();
        assertThat(window.reserve(1)).isTrue();
        assertThat(window.unackedBytes())
                .as("earlier notices were read or lost")
                .isEqualTo(1);
    }
}
