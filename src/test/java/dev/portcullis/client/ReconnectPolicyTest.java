package dev.portcullis.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.client.pace.Backoff;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.CloseCode.Retry;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReconnectPolicyTest {
    private long now;
    private final ReconnectPolicy reconnects =
            new ReconnectPolicy(new Backoff(Backoff.Bounds.DEFAULT, new Random(7)), 30_000, () -> now);

    @ParameterizedTest
    @EnumSource(CloseCode.class)
    void close_code_is_retried_as_the_table_says(CloseCode code) {
        assertThat(ReconnectPolicy.retryAfter(Disconnect.closed(code.code(), code.phrase())))
                .isEqualTo(code.retry());
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1006, 1015, 4999})
    void close_code_outside_the_table_is_retried_with_backoff(int code) {
        assertThat(ReconnectPolicy.retryAfter(Disconnect.closed(code, ""))).isEqualTo(Retry.WITH_BACKOFF);
    }

    @ParameterizedTest
    @CsvSource({"503, WITH_BACKOFF", "429, WITH_BACKOFF", "403, NEVER", "426, NEVER", "401, WITH_NEW_TOKEN"})
    void refused_upgrade_is_retried_unless_the_status_is_permanent(int status, Retry retry) {
        assertThat(ReconnectPolicy.retryAfter(Disconnect.refused(status, 0))).isEqualTo(retry);
    }

    @Test
    void drain_slot_is_used_once() {
        reconnects.opened();
        reconnects.draining(20_000);
        now += 5_000;

        assertThat(wait(Disconnect.closed(1012, ""))).isBetween(15_000L, 16_000L);
        assertThat(wait(Disconnect.closed(1006, ""))).isLessThanOrEqualTo(2_000);
    }

    @Test
    void drain_slot_holds_also_for_a_connection_whose_token_ends_first() {
        reconnects.opened();
        reconnects.draining(20_000);

        assertThat(wait(Disconnect.closed(4007, ""))).isBetween(20_000L, 21_000L);
    }

    @Test
    void drain_slot_is_not_delayed_by_earlier_failures() {
        for (int i = 0; i < 10; i++) {
            wait(Disconnect.unreachable("connection refused"));
        }
        reconnects.opened();
        reconnects.draining(5_000);

        assertThat(wait(Disconnect.closed(1012, ""))).isBetween(5_000L, 6_000L);
        assertThat(wait(Disconnect.closed(1006, ""))).isLessThanOrEqualTo(2_000);
    }

    @Test
    void refused_handshake_waits_for_the_time_of_the_server() {
        assertThat(wait(Disconnect.refused(429, 40_000))).isBetween(40_000L, 41_000L);
    }

    @Test
    void limit_before_the_session_is_waited_for_once() {
        reconnects.limited(40_000);

        assertThat(wait(Disconnect.closed(1013, "No capacity"))).isBetween(40_000L, 41_000L);
        assertThat(wait(Disconnect.closed(1013, "No capacity"))).isLessThanOrEqualTo(2_000);
    }

    @Test
    void wait_that_the_server_asks_for_is_at_most_an_hour() {
        assertThat(wait(Disconnect.refused(503, Long.MAX_VALUE))).isLessThanOrEqualTo(3_601_000);
        reconnects.draining(Long.MAX_VALUE);
        assertThat(wait(Disconnect.closed(1012, ""))).isLessThanOrEqualTo(3_602_000);
    }

    @Test
    void short_connections_do_not_reset_the_backoff() {
        long longest = 0;
        for (int i = 0; i < 20; i++) {
            reconnects.opened();
            now += 100;
            longest = Math.max(longest, wait(Disconnect.closed(1011, "")));
        }

        assertThat(longest).isGreaterThan(10_000);
    }

    @Test
    void stable_connection_resets_the_backoff_and_the_used_token() {
        for (int i = 0; i < 10; i++) {
            wait(Disconnect.closed(1011, ""));
        }
        wait(Disconnect.closed(4007, ""));
        assertThat(retries(Disconnect.closed(4007, ""))).isFalse();

        reconnects.opened();
        now += 30_000;

        assertThat(wait(Disconnect.closed(4007, ""))).isLessThanOrEqualTo(1_000);
    }

    private long wait(Disconnect disconnect) {
        return reconnects.after(disconnect).orElseThrow().inMs();
    }

    private boolean retries(Disconnect disconnect) {
        return reconnects.after(disconnect).isPresent();
    }
}
