package dev.portcullis.ratelimit.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.Live;
import dev.portcullis.http.IpAddress;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AddressScoresTest {
    private static final long HALF_LIFE = 300_000;

    private final AddressScores scores = new AddressScores(Live.fixed(SessionScoreTest.config(Map.of())));

    @Test
    void fourth_signature_bans_and_the_score_begins_again() {
        assertThat(IntStream.range(0, 4).mapToObj(i -> signature(0))).containsExactly(false, false, false, true);
        assertThat(IntStream.range(0, 4).mapToObj(i -> signature(10_000))).containsExactly(false, false, false, true);
    }

    /** The rules may spare it, or the ban is not known here yet. */
    @Test
    void flood_asks_for_one_ban_in_ten_seconds() {
        assertThat(IntStream.range(0, 100_000).filter(ms -> signature(ms))).hasSize(10);
    }

    @Test
    void score_of_an_address_halves() {
        IpAddress address = address("192.0.2.1");
        for (int i = 0; i < 3; i++) {
            scores.add(address, AddressEvent.SIGNATURE, 0);
        }
        assertThat(scores.add(address, AddressEvent.SIGNATURE, HALF_LIFE)).isFalse();
    }

    @Test
    void network_of_ipv6_counts_as_one_and_the_next_does_not() {
        for (int i = 0; i < 3; i++) {
            assertThat(scores.add(address("2001:db8::" + i), AddressEvent.SIGNATURE, 0))
                    .isFalse();
        }
        assertThat(scores.add(address("2001:db8:0:1::9"), AddressEvent.SIGNATURE, 0))
                .isFalse();
        assertThat(scores.add(address("2001:db8::ffff"), AddressEvent.SIGNATURE, 0))
                .isTrue();
        assertThat(AddressScores.rangeOf(address("2001:db8::7")).contains(address("2001:db8::ffff")))
                .isTrue();
        assertThat(AddressScores.rangeOf(address("192.0.2.1")).contains(address("192.0.2.2")))
                .isFalse();
    }

    @Test
    void addresses_with_a_score_are_bounded() {
        AddressScores few =
                new AddressScores(Live.fixed(SessionScoreTest.config(Map.of("address", Map.of("tracked", 3L)))));
        for (int i = 0; i < 20; i++) {
            few.add(address("192.0.2." + i), AddressEvent.INVALID_TOKEN, 0);
        }
        assertThat(few.size()).isEqualTo(3);
    }

    private boolean signature(long nowMs) {
        return scores.add(address("192.0.2.1"), AddressEvent.SIGNATURE, nowMs);
    }

    private static IpAddress address(String text) {
        return IpAddress.parse(text).orElseThrow();
    }
}
