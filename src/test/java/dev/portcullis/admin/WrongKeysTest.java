package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WrongKeysTest {
    private static final long NOW = 1_700_000_000_000L;

    private final WrongKeys wrong = new WrongKeys(3, 4);

    private long count(String address, long now) {
        return wrong.count(List.of(address), now);
    }

    @Test
    void fourth_wrong_key_in_a_minute_waits_until_the_first_is_a_minute_old() {
        assertThat(count("a", NOW)).isZero();
        assertThat(count("a", NOW + 10_000)).isZero();
        assertThat(count("a", NOW + 20_000)).isZero();
        assertThat(count("a", NOW + 30_000)).isEqualTo(30_000);
        assertThat(count("a", NOW + 59_999)).isEqualTo(1);
        assertThat(count("a", NOW + 60_000))
                .as("those that waited did not count")
                .isZero();
        assertThat(count("a", NOW + 60_000)).isEqualTo(10_000);
    }

    @Test
    void other_addresses_do_not_wait() {
        for (int i = 0; i < 10; i++) {
            count("a", NOW);
        }
        assertThat(count("b", NOW)).isZero();
    }

    @Test
    void networks_of_one_wider_network_share_eight_times_the_limit() {
        WrongKeys roomy = new WrongKeys(3, 100);
        for (int i = 0; i < 24; i++) {
            assertThat(roomy.count(List.of("net-" + i, "wide"), NOW)).isZero();
        }
        assertThat(roomy.count(List.of("net-24", "wide"), NOW)).isEqualTo(60_000);
        assertThat(roomy.count(List.of("net-24", "other"), NOW)).isZero();
    }

    @Test
    void memory_is_bounded() {
        for (int i = 0; i < 1_000; i++) {
            count("address-" + i, NOW);
        }
        assertThat(wrong.size()).isEqualTo(4);
    }
}
