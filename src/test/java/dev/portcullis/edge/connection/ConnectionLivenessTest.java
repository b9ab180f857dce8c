package dev.portcullis.edge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.CloseCode;
import org.junit.jupiter.api.Test;

class ConnectionLivenessTest {
    private static final HeartbeatConfig CONFIG = new HeartbeatConfig(30_000, 60_000, 60_000);
    private static final long FAR = 1_000_000;

    @Test
    void who_is_well_goes_on() {
        assertThat(new ConnectionLiveness(1, true, 59_999, 59_999, 0, 29_999).verdict(CONFIG))
                .isEmpty();
    }

    @Test
    void a_deadline_means_a_token_for_the_known_and_an_auth_for_the_nameless() {
        assertThat(new ConnectionLiveness(0, true, 0, 0, 0, 0).verdict(CONFIG)).contains(CloseCode.TOKEN_EXPIRED);
        assertThat(new ConnectionLiveness(0, false, 0, 0, 0, 0).verdict(CONFIG)).contains(CloseCode.NO_AUTH_IN_TIME);
    }

    @Test
    void silence_ends_it() {
        assertThat(new ConnectionLiveness(FAR, true, 60_000, 0, 0, 0).verdict(CONFIG))
                .contains(CloseCode.HEARTBEAT_TIMEOUT);
    }

    @Test
    void who_never_ends_a_message_is_there_and_goes_all_the_same() {
        assertThat(new ConnectionLiveness(FAR, true, 0, 0, 59_999, 0).verdict(CONFIG))
                .isEmpty();
        assertThat(new ConnectionLiveness(FAR, true, 0, 0, 60_000, 0).verdict(CONFIG))
                .contains(CloseCode.HEARTBEAT_TIMEOUT);
        assertThat(new ConnectionLiveness(FAR, true, 0, 0, 57_000, 0).nextLook(CONFIG))
                .isEqualTo(3_000);
    }

    @Test
    void who_talks_but_takes_nothing_reads_too_slowly() {
        assertThat(new ConnectionLiveness(FAR, true, 0, 60_000, 0, 0).verdict(CONFIG))
                .contains(CloseCode.TOO_SLOW);
    }

    @Test
    void a_ping_is_due_every_interval() {
        assertThat(new ConnectionLiveness(FAR, true, 0, 0, 0, 29_999).pingDue(CONFIG))
                .isFalse();
        assertThat(new ConnectionLiveness(FAR, true, 0, 0, 0, 30_000).pingDue(CONFIG))
                .isTrue();
    }

    @Test
    void the_next_look_is_at_what_comes_first() {
        assertThat(new ConnectionLiveness(FAR, true, 0, 0, 0, 0).nextLook(CONFIG))
                .as("the ping")
                .isEqualTo(30_000);
        assertThat(new ConnectionLiveness(FAR, true, 0, 0, 0, 20_000).nextLook(CONFIG))
                .isEqualTo(10_000);
        assertThat(new ConnectionLiveness(FAR, true, 0, 0, 0, 30_000).nextLook(CONFIG))
                .as("the ping after the one that is due now")
                .isEqualTo(30_000);
        assertThat(new ConnectionLiveness(FAR, true, 55_000, 0, 0, 0).nextLook(CONFIG))
                .as("the end of patience")
                .isEqualTo(5_000);
        assertThat(new ConnectionLiveness(FAR, true, 0, 56_000, 0, 0).nextLook(CONFIG))
                .isEqualTo(4_000);
        assertThat(new ConnectionLiveness(700, true, 0, 0, 0, 0).nextLook(CONFIG))
                .as("the token's end")
                .isEqualTo(700);
    }

    @Test
    void a_look_is_never_now() {
        assertThat(new ConnectionLiveness(1, true, 59_999, 0, 0, 29_999).nextLook(CONFIG))
                .isEqualTo(1);
        assertThat(new ConnectionLiveness(0, true, 70_000, 0, 0, 0).nextLook(CONFIG))
                .isEqualTo(1);
    }
}
