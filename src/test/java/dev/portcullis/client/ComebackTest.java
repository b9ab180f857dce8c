package dev.portcullis.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.CloseCode.Retry;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComebackTest {
    private long now;
    private final Comeback comeback =
            new Comeback(new Backoff(Backoff.Bounds.DEFAULT, new Random(7)), 30_000, () -> now);

    @ParameterizedTest
    @EnumSource(CloseCode.class)
    void every_close_code_is_followed_as_the_table_says(CloseCode code) {
        assertThat(Comeback.retryAfter(Cut.closed(code.code(), ""))).isEqualTo(code.retry());
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1006, 1015, 4999})
    void a_code_that_is_not_in_the_table_may_be_retried(int code) {
        assertThat(Comeback.retryAfter(Cut.closed(code, ""))).isEqualTo(Retry.WITH_BACKOFF);
    }

    @Test
    void an_upgrade_is_retried_unless_the_same_request_must_fail_again() {
        assertThat(Comeback.retryAfter(Cut.refused(503, 0))).isEqualTo(Retry.WITH_BACKOFF);
        assertThat(Comeback.retryAfter(Cut.refused(429, 0))).isEqualTo(Retry.WITH_BACKOFF);
        assertThat(Comeback.retryAfter(Cut.refused(403, 0))).isEqualTo(Retry.NEVER);
        assertThat(Comeback.retryAfter(Cut.refused(426, 0))).isEqualTo(Retry.NEVER);
        assertThat(Comeback.retryAfter(Cut.refused(401, 0))).isEqualTo(Retry.WITH_NEW_TOKEN);
    }

    @Test
    void the_slot_of_a_drain_is_kept_and_forgotten_after_use() {
        comeback.opened();
        comeback.draining(20_000);
        now += 5_000;

        assertThat(wait(Cut.closed(1012, ""))).isBetween(15_000L, 16_000L);
        assertThat(wait(Cut.closed(1006, ""))).isLessThanOrEqualTo(2_000);
    }

    @Test
    void the_slot_of_a_drain_is_not_delayed_by_earlier_failures() {
        for (int i = 0; i < 10; i++) {
            wait(Cut.unreached("nobody listens there"));
        }
        comeback.opened();
        comeback.draining(5_000);

        assertThat(wait(Cut.closed(1012, ""))).isBetween(5_000L, 6_000L);
        assertThat(wait(Cut.closed(1006, ""))).isLessThanOrEqualTo(2_000);
    }

    @Test
    void a_refused_handshake_waits_for_as_long_as_it_was_told() {
        assertThat(wait(Cut.refused(429, 40_000))).isBetween(40_000L, 41_000L);
    }

    @Test
    void no_server_can_send_a_client_away_for_longer_than_an_hour() {
        assertThat(wait(Cut.refused(503, Long.MAX_VALUE))).isLessThanOrEqualTo(3_601_000);
        comeback.draining(Long.MAX_VALUE);
        assertThat(wait(Cut.closed(1012, ""))).isLessThanOrEqualTo(3_602_000);
    }

    @Test
    void connections_that_die_at_once_do_not_reset_the_backoff() {
        long longest = 0;
        for (int i = 0; i < 20; i++) {
            comeback.opened();
            now += 100;
            longest = Math.max(longest, wait(Cut.closed(1011, "")));
        }

        assertThat(longest).isGreaterThan(10_000);
    }

    @Test
    void a_connection_that_lived_resets_the_backoff_and_the_spent_token() {
        for (int i = 0; i < 10; i++) {
            wait(Cut.closed(1011, ""));
        }
        wait(Cut.closed(4007, ""));
        assertThat(comesBack(Cut.closed(4007, ""))).isFalse();

        comeback.opened();
        now += 30_000;

        assertThat(wait(Cut.closed(4007, ""))).isLessThanOrEqualTo(1_000);
    }

    private long wait(Cut cut) {
        long[] wait = {-1};
        comeback.after(cut).accept(later -> wait[0] = later.inMs(), () -> {});
        assertThat(wait[0]).isNotNegative();
        return wait[0];
    }

    private boolean comesBack(Cut cut) {
        boolean[] back = {false};
        comeback.after(cut).accept(later -> back[0] = true, () -> {});
        return back[0];
    }
}
