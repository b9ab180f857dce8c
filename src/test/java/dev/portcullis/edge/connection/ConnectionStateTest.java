package dev.portcullis.edge.connection;

import static dev.portcullis.edge.connection.Connection.State.ANONYMOUS;
import static dev.portcullis.edge.connection.Connection.State.CLOSING;
import static dev.portcullis.edge.connection.Connection.State.CONNECTING;
import static dev.portcullis.edge.connection.Connection.State.LEASE_LOST;
import static dev.portcullis.edge.connection.Connection.State.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ConnectionStateTest {
    @Test
    void closing_connection_never_reopens() {
        assertThat(Connection.State.values()).allMatch(next -> CLOSING.to(next) == CLOSING);
    }

    @Test
    void connection_with_a_lost_lease_can_only_close() {
        assertThat(OPEN.to(LEASE_LOST)).isEqualTo(LEASE_LOST);
        assertThat(LEASE_LOST.to(OPEN)).isEqualTo(LEASE_LOST);
        assertThat(LEASE_LOST.to(CLOSING)).isEqualTo(CLOSING);
    }

    @Test
    void connection_takes_frames_after_connecting_until_it_closes() {
        assertThat(Arrays.stream(Connection.State.values()).filter(Connection.State::takesFrames))
                .containsExactly(ANONYMOUS, OPEN, LEASE_LOST);
        assertThat(CONNECTING.takesFrames()).isFalse();
    }
}
