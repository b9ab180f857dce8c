package dev.portcullis.edge.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClientProgressTest {
    @Test
    void client_has_moved_if_it_took_what_a_ping_waits_behind() {
        assertThat(new ClientProgress(true, 20, 5).hasMovedSince(new ClientProgress(true, 10, 5)))
                .isTrue();
        assertThat(new ClientProgress(false, 20, 5).hasMovedSince(new ClientProgress(true, 10, 5)))
                .isTrue();
        assertThat(new ClientProgress(true, 10, 5).hasMovedSince(new ClientProgress(true, 10, 5)))
                .isFalse();
    }

    /** Its kernel takes the ping, and what others write in a room, also while it is frozen. */
    @Test
    void what_it_took_does_not_count_where_the_ping_had_not_to_wait() {
        assertThat(new ClientProgress(true, 20, 5).hasMovedSince(new ClientProgress(false, 10, 5)))
                .isFalse();
    }

    @Test
    void client_has_moved_if_it_sent_a_part_of_a_message() {
        assertThat(new ClientProgress(false, 10, 6).hasMovedSince(new ClientProgress(false, 10, 5)))
                .isTrue();
    }
}
