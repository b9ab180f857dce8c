package dev.portcullis.ratelimit.ban;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.http.AddressRange;
import dev.portcullis.http.IpAddress;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedAddressesTest {
    private final SharedAddresses shared = new SharedAddresses(
            () -> BanFixture.config("""
                    {"sharedRanges": ["198.51.100.0/24", "2001:db8:5:6:7::/80"],
                     "allowed": {"ranges": ["203.0.113.9"]}}"""),
            List.of(AddressRange.parse("10.0.0.0/8").orElseThrow()));

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, true",
        "127.9.9.9, true",
        "::1, true",
        "::ffff:127.0.0.1, true",
        "::2, false",
        "10.1.2.3, true",
        "198.51.100.77, true",
        "198.51.101.1, false",
        "203.0.113.9, true",
        "203.0.113.8, false",
        "2001:db8:5:6:7::1, true",
        "2001:db8:5:6:8::1, false"
    })
    void address_is_shared_if_it_is_in_a_range(String address, boolean expected) {
        assertThat(shared.include(IpAddress.parse(address).orElseThrow())).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "::/64, true",
        "0:0:0:1::/64, false",
        "2001:db8:5:6::/64, true",
        "2001:db8:5::/48, true",
        "2001:db8:5:7::/64, false",
        "198.51.0.0/16, true",
        "198.51.100.8/30, true",
        "198.52.0.0/16, false"
    })
    void range_is_shared_if_one_of_its_addresses_is(String range, boolean expected) {
        assertThat(shared.include(AddressRange.parse(range).orElseThrow())).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8:5:6::/64, true",
        "2001:db8:5:7::/64, false",
        "198.51.100.8, true",
        "127.0.0.1, false",
        "0:0:0:1::/64, false",
        "10.1.2.3, false"
    })
    void range_is_named_if_the_operator_says_so_of_one_of_its_addresses(String range, boolean expected) {
        assertThat(shared.named(AddressRange.parse(range).orElseThrow())).isEqualTo(expected);
    }
}
