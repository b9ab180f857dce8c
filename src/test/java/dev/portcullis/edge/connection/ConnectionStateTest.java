package dev.portcullis.edge.connection;

import static dev.portcullis.edge.connection.ConnectionState.ANONYMOUS;
import static dev.portcullis.edge.connection.ConnectionState.CLOSING;
import static dev.portcullis.edge.connection.ConnectionState.CONNECTING;
import static dev.portcullis.edge.connection.ConnectionState.LEASE_LOST;
import static dev.portcullis.edge.connection.ConnectionState.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ConnectionStateTest {
    @Test
    void closing_connection_never_reopens() {
        assertThat(ConnectionState.values()).allMatch(next -> CLOSING.to(next) == CLOSING);
    }

    @Test
    void connection_with_a_lost_lease_can_only_close() {
        assertThat(OPEN.to(LEASE_LOST)).isEqualTo(LEASE_LOST);
        assertThat(LEASE_LOST.to(OPEN)).isEqualTo(LEASE_LOST);
        assertThat(LEASE_LOST.to(CLOSING)).isEqualTo(CLOSING);
    }

    @Test
    void connection_takes_frames_after_connecting_until_it_closes() {
        assertThat(Arrays.stream(ConnectionState.values()).filter(ConnectionState::takesFrames))
                .containsExactly(ANONYMOUS, OPEN, LEASE_LOST);
        assertThat(CONNECTING.takesFrames()).isFalse();
    }
}
