package dev.portcullis.ratelimit.ban;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.http.AddressRange;
import dev.portcullis.http.IpAddress;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.ban.Ban.Origin;
import java.util.List;
import org.junit.jupiter.api.Test;

class BanListTest {
    private static final UserId ANN = new UserId("ann");

    @Test
    void user_is_banned_until_the_end_of_the_ban() {
        BanList list = new BanList(List.of(new Ban(new BanTarget.OfUser(ANN), Origin.OPERATOR, "spam", 2_000, 1_000)));

        assertThat(list.ofUser(ANN, 1_999)).isPresent();
        assertThat(list.ofUser(ANN, 2_000)).isEmpty();
        assertThat(list.ofUser(new UserId("bob"), 1_999)).isEmpty();
    }

    @Test
    void address_is_found_in_ranges_of_each_length() {
        BanList list = new BanList(List.of(
                ban("203.0.113.0/24", Origin.OPERATOR),
                ban("198.51.100.7", Origin.RULE),
                ban("2001:db8:1::/48", Origin.RULE)));

        assertThat(list.ofAddress(address("203.0.113.255"), 0)).isPresent();
        assertThat(list.ofAddress(address("::ffff:203.0.113.9"), 0)).isPresent();
        assertThat(list.ofAddress(address("203.0.114.0"), 0)).isEmpty();
        assertThat(list.ofAddress(address("198.51.100.7"), 0)).isPresent();
        assertThat(list.ofAddress(address("198.51.100.8"), 0)).isEmpty();
        assertThat(list.ofAddress(address("2001:db8:1:ffff::1"), 0)).isPresent();
        assertThat(list.ofAddress(address("2001:db8:2::1"), 0)).isEmpty();
    }

    @Test
    void ban_that_holds_for_all_goes_before_a_narrower_one_by_a_rule() {
        BanList list =
                new BanList(List.of(ban("203.0.113.7", Origin.RULE), ban("203.0.113.0/24", Origin.CONFIGURATION)));

        assertThat(list.ofAddress(address("203.0.113.7"), 0))
                .map(Ban::holdsForAll)
                .hasValue(true);
    }

    private static Ban ban(String range, Origin origin) {
        return new Ban(
                new BanTarget.OfAddresses(AddressRange.parse(range).orElseThrow()), origin, "test", Ban.FOREVER, 0);
    }

    private static IpAddress address(String text) {
        return IpAddress.parse(text).orElseThrow();
    }
}
