package dev.portcullis.client.pace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SendPacerTest {
    private final SendPacer pacer = new SendPacer(true);

    @Test
    void frames_beyond_a_window_wait_until_it_frees() {
        pacer.limits(2, 3, 100);
        pacer.sent(0);
        pacer.sent(400);

        assertThat(pacer.waitMs("chat", 400)).isEqualTo(1_100);
        assertThat(pacer.waitMs("chat", 1_500)).isZero();
        pacer.sent(1_500);
        assertThat(pacer.waitMs("chat", 3_000)).as("the minute").isEqualTo(62_000);
        assertThat(pacer.waitMs("chat", 65_000)).isZero();
    }

    @Test
    void limits_that_shrink_count_what_was_sent_before() {
        pacer.limits(10, 100, 1_000);
        IntStream.range(0, 5).forEach(i -> pacer.sent(0));

        pacer.limits(3, 100, 1_000);

        assertThat(pacer.waitMs("chat", 0)).isEqualTo(1_500);
    }

    @Test
    void block_of_an_action_holds_up_that_action_only() {
        pacer.block("history", 5_000);

        assertThat(pacer.waitMs("history", 1_000)).isEqualTo(4_000);
        assertThat(pacer.waitMs("chat", 1_000)).isZero();
        pacer.block(3_000);
        assertThat(pacer.waitMs("chat", 1_000)).isEqualTo(2_000);
    }

    @Test
    void no_frame_waits_for_limits_that_no_memory_holds_or_where_it_is_off() {
        pacer.limits(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
        IntStream.range(0, 30_000).forEach(i -> pacer.sent(0));
        assertThat(pacer.waitMs("chat", 0)).isZero();

        SendPacer off = new SendPacer(false);
        off.limits(1, 1, 1);
        off.sent(0);
        off.block(1_000);
        assertThat(off.waitMs("chat", 0)).isZero();
    }
}
