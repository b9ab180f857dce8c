package dev.portcullis.ratelimit.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Rejection.Window;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AddressWindowsTest {
    private static final List<String> HOME = List.of("192.0.2.1");
    private static final List<String> OTHER = List.of("192.0.2.2");

    private final AddressWindows rates = new AddressWindows(Window.MINUTE, 40, 100);

    @Test
    void address_over_its_limit_waits_for_its_oldest_request_and_other_addresses_do_not() {
        take(HOME, 40, 0);
        assertThat(rates.take(HOME, 10_000)).isEqualTo(50_000);
        assertThat(rates.take(OTHER, 10_000)).isZero();
        assertThat(rates.take(HOME, 60_000)).isZero();
    }

    @Test
    void refused_requests_do_not_extend_the_wait() {
        take(HOME, 40, 0);
        for (int i = 0; i < 1_000; i++) {
            assertThat(rates.take(HOME, 59_999)).isEqualTo(1);
        }
        assertThat(rates.take(HOME, 60_000)).isZero();
    }

    @Test
    void wider_network_has_eight_times_as_many() {
        for (int i = 0; i < 8; i++) {
            take(List.of("2001:db8:0:" + i + "::/64", "2001:db8::/48"), 40, 0);
        }
        assertThat(rates.take(List.of("2001:db8:0:8::/64", "2001:db8::/48"), 0)).isEqualTo(60_000);
        assertThat(rates.take(List.of("2001:db8:1:8::/64", "2001:db8:1::/48"), 0))
                .isZero();
    }

    @Test
    void what_is_given_back_counts_no_more() {
        take(HOME, 40, 0);
        rates.giveBack(HOME, 0);
        rates.giveBack(OTHER, 0);
        take(HOME, 1, 0);
        assertThat(rates.take(HOME, 0)).isPositive();
    }

    @Test
    void give_back_tells_whether_anything_counted_and_leaves_no_key() {
        assertThat(rates.giveBack(HOME, 0)).isFalse();
        assertThat(rates.giveBack(List.of(), 0)).isFalse();
        take(HOME, 1, 0);
        assertThat(rates.giveBack(HOME, 59_999)).isTrue();
        assertThat(rates.giveBack(HOME, 59_999)).isFalse();
        assertThat(rates.size()).isZero();
        take(HOME, 1, 0);
        assertThat(rates.giveBack(HOME, 60_000)).as("it is too old").isFalse();
    }

    @Test
    void limit_is_the_present_one_and_what_no_longer_counts_is_removed() {
        AtomicInteger most = new AtomicInteger(1);
        AddressWindows live = new AddressWindows(Window.MINUTE, most::get, () -> 2, 100);
        List<String> wide = List.of("2001:db8:0:1::/64", "2001:db8::/48");
        assertThat(live.take(wide, 0)).isZero();
        assertThat(live.take(wide, 0)).isPositive();
        most.set(2);
        assertThat(live.take(wide, 0)).isZero();
        assertThat(live.take(List.of("2001:db8:0:2::/64", "2001:db8::/48"), 0)).isZero();
        assertThat(live.take(List.of("2001:db8:0:2::/64", "2001:db8::/48"), 0)).isZero();
        assertThat(live.take(List.of("2001:db8:0:3::/64", "2001:db8::/48"), 0))
                .as("four of the network")
                .isPositive();
        assertThat(live.size()).isEqualTo(3);
        assertThat(live.take(HOME, 60_000)).isZero();
        assertThat(live.size()).isEqualTo(1);
    }

    @Test
    void network_that_uses_many_addresses_fills_no_table_for_strangers_and_keeps_its_limit() {
        AddressWindows small = new AddressWindows(Window.MINUTE, 40, 10);
        int served = 0;
        for (int i = 0; i < 1_000; i++) {
            served += small.take(List.of("2001:db8:0:" + i + "::/64", "2001:db8::/48"), 0) == 0 ? 1 : 0;
        }

        assertThat(served).as("eight times 40").isEqualTo(320);
        assertThat(small.size()).isEqualTo(10);
        assertThat(small.take(HOME, 0)).isZero();
        assertThat(small.take(List.of("2001:db8:0:1::/64", "2001:db8::/48"), 0)).isPositive();
        assertThat(small.size()).isEqualTo(10);
    }

    @Test
    void refused_request_of_a_new_address_takes_no_slot() {
        for (int i = 0; i < 8; i++) {
            take(List.of("2001:db8:0:" + i + "::/64", "2001:db8::/48"), 40, 0);
        }

        assertThat(rates.take(List.of("2001:db8:0:8::/64", "2001:db8::/48"), 0)).isPositive();

        assertThat(rates.size()).isEqualTo(9);
    }

    private void take(List<String> keys, int count, long now) {
        for (int i = 0; i < count; i++) {
            assertThat(rates.take(keys, now)).isZero();
        }
    }
}
