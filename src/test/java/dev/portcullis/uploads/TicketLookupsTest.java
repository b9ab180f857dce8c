package dev.portcullis.uploads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TicketLookupsTest {
    private static final List<String> HOME = List.of("192.0.2.1");

    private final TicketLookups lookups = new TicketLookups(64);

    /** Each attacker has as many look-ups under way as it gets. */
    @ParameterizedTest
    @CsvSource({"1, 1, 8", "10, 1, 8", "100, 1, 8", "7, 7, 56", "100, 8, 64"})
    void address_has_an_eighth_of_the_lookups(int attackers, int addresses, int held) {
        long got = IntStream.range(0, attackers * 64)
                .filter(i -> lookups.tryAcquire(List.of("198.51.100." + i % addresses)))
                .count();

        assertThat(got).isEqualTo(held);
        assertThat(lookups.tryAcquire(HOME)).isEqualTo(held < 64);
    }

    @Test
    void user_whose_tickets_are_known_has_an_eighth_too() {
        long got = IntStream.range(0, 64)
                .filter(i -> lookups.tryAcquire(List.of("u:eve")))
                .count();
        assertThat(got).isEqualTo(8);
        assertThat(lookups.tryAcquire(List.of("u:ann"))).isTrue();
    }

    @Test
    void place_is_free_again_after_its_lookup() {
        for (int i = 0; i < 8; i++) {
            assertThat(lookups.tryAcquire(HOME)).isTrue();
        }
        assertThat(lookups.tryAcquire(HOME)).isFalse();
        lookups.release(HOME);
        assertThat(lookups.tryAcquire(HOME)).isTrue();
        assertThat(lookups.tryAcquire(HOME)).isFalse();
    }

    @Test
    void wide_network_has_eight_times_as_many() {
        long got = IntStream.range(0, 80)
                .filter(i -> lookups.tryAcquire(List.of("2001:db8:0:" + i % 10 + "::/64", "2001:db8::/48")))
                .count();
        assertThat(got).isEqualTo(64);
    }

    @Test
    void node_that_looks_up_few_looks_up_one_of_each_address() {
        TicketLookups few = new TicketLookups(4);
        assertThat(few.tryAcquire(HOME)).isTrue();
        assertThat(few.tryAcquire(HOME)).isFalse();
        assertThat(few.tryAcquire(List.of("192.0.2.2"))).isTrue();
    }
}
