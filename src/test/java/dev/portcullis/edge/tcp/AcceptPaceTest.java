package dev.portcullis.edge.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AcceptPaceTest {
    private static final List<String> HOME = List.of("192.0.2.1");
    private static final List<String> OTHER = List.of("192.0.2.2");

    private final AcceptPace pace = new AcceptPace(30, 100);

    @Test
    void addresses_that_open_many_share_what_the_node_accepts_in_a_second() {
        assertThat(accepted(HOME, 100, 0)).as("two that are few, and thirty").isEqualTo(32);
        assertThat(accepted(OTHER, 100, 0))
                .as("those that are few, which others did not take")
                .isEqualTo(2);
        assertThat(accepted(HOME, 100, 999)).isZero();
        assertThat(accepted(HOME, 100, 1_000)).isEqualTo(32);
    }

    @Test
    void address_that_opens_few_waits_for_none() {
        accepted(HOME, 1_000, 0);
        for (int i = 2; i < 50; i++) {
            assertThat(accepted(List.of("198.51.100." + i), 2, 0)).isEqualTo(2);
        }
        assertThat(accepted(List.of(), 1_000, 0)).as("a trusted proxy").isEqualTo(1_000);
    }

    @Test
    void wider_network_may_open_eight_times_as_many() {
        int accepted = 0;
        for (int i = 0; i < 100; i++) {
            accepted += accepted(List.of("2001:db8:0:" + i + "::/64", "2001:db8::/48"), 1, 0);
        }
        assertThat(accepted).isEqualTo(2 * 8 + 30);
    }

    private int accepted(List<String> keys, int tries, long now) {
        int accepted = 0;
        for (int i = 0; i < tries; i++) {
            accepted += pace.admits(keys, now) ? 1 : 0;
        }
        return accepted;
    }
}
