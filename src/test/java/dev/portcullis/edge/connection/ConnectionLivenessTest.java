package dev.portcullis.edge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.CloseCode;
import org.junit.jupiter.api.Test;

class ConnectionLivenessTest {
    private static final HeartbeatConfig CONFIG = new HeartbeatConfig(30_000, 60_000, 60_000);
    private static final long FAR = 1_000_000;

    @Test
    void live_connection_stays_open() {
        assertThat(new ConnectionLiveness(1, true, 59_999, 59_999, 0, 29_999).closeCode(CONFIG))
                .isEmpty();
    }

    @Test
    void deadline_closes_with_token_expired_if_authenticated_and_with_no_auth_otherwise() {
        assertThat(new ConnectionLiveness(0, true, 0, 0, 0, 0).closeCode(CONFIG))
                .contains(CloseCode.TOKEN_EXPIRED);
        assertThat(new ConnectionLiveness(0, false, 0, 0, 0, 0).closeCode(CONFIG))
                .contains(CloseCode.NO_AUTH_IN_TIME);
    }

    @Test
    void idle_connection_is_closed_after_the_timeout() {
        assertThat(new ConnectionLiveness(FAR, true, 60_000, 0, 0, 0).closeCode(CONFIG))
                .contains(CloseCode.HEARTBEAT_TIMEOUT);
    }

    @Test
    void connection_with_an_unfinished_message_is_closed_after_the_message_time() {
        assertThat(new ConnectionLiveness(FAR, true, 0, 0, 59_999, 0).closeCode(CONFIG))
                .isEmpty();
        assertThat(new ConnectionLiveness(FAR, true, 0, 0, 60_000, 0).closeCode(CONFIG))
                .contains(CloseCode.HEARTBEAT_TIMEOUT);
        assertThat(new ConnectionLiveness(FAR, true, 0, 0, 57_000, 0).nextCheckMs(CONFIG))
                .isEqualTo(3_000);
    }

    @Test
    void client_that_sends_but_does_not_read_is_closed_as_too_slow() {
        assertThat(new ConnectionLiveness(FAR, true, 0, 60_000, 0, 0).closeCode(CONFIG))
                .contains(CloseCode.TOO_SLOW);
    }

    @Test
    void ping_is_due_every_interval() {
        assertThat(new ConnectionLiveness(FAR, true, 0, 0, 0, 29_999).pingDue(CONFIG))
                .isFalse();
        assertThat(new ConnectionLiveness(FAR, true, 0, 0, 0, 30_000).pingDue(CONFIG))
                .isTrue();
    }

    @Test
    void next_ping_is_an_interval_after_the_last() {
        assertThat(new ConnectionLiveness(FAR, true, 0, 0, 0, 0).nextPingMs(CONFIG))
                .isEqualTo(30_000);
        assertThat(new ConnectionLiveness(FAR, true, 0, 0, 0, 20_000).nextPingMs(CONFIG))
                .isEqualTo(10_000);
        assertThat(new ConnectionLiveness(FAR, true, 0, 0, 0, 30_000).nextPingMs(CONFIG))
                .as("the ping after the one that is due now")
                .isEqualTo(30_000);
    }

    @Test
    void next_check_is_at_the_earliest_due_time() {
        assertThat(new ConnectionLiveness(FAR, true, 0, 0, 0, 0).nextCheckMs(CONFIG))
                .as("the idle timeout of a client that was heard just now")
                .isEqualTo(60_000);
        assertThat(new ConnectionLiveness(FAR, true, 55_000, 0, 0, 0).nextCheckMs(CONFIG))
                .as("the idle timeout")
                .isEqualTo(5_000);
        assertThat(new ConnectionLiveness(FAR, true, 0, 56_000, 0, 0).nextCheckMs(CONFIG))
                .isEqualTo(4_000);
        assertThat(new ConnectionLiveness(700, true, 0, 0, 0, 0).nextCheckMs(CONFIG))
                .as("the expiry of the token")
                .isEqualTo(700);
    }

    @Test
    void next_check_is_at_least_a_millisecond_away() {
        assertThat(new ConnectionLiveness(1, true, 59_999, 0, 0, 29_999).nextCheckMs(CONFIG))
                .isEqualTo(1);
        assertThat(new ConnectionLiveness(0, true, 70_000, 0, 0, 0).nextCheckMs(CONFIG))
                .isEqualTo(1);
    }
}
