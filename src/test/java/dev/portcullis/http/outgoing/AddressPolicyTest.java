package dev.portcullis.http.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.http.IpAddress;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPolicyTest {
    private static final OutgoingUrl PUBLIC = url("https://keys.example.com/");
    private static final OutgoingUrl INTERNAL = url("https://keys.internal/");
    private static final OutgoingUrl LOCAL = url("http://localhost/");

    private final AddressPolicy policy = new AddressPolicy(AddressPolicy.NOT_PUBLIC, Set.of("keys.internal"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.9.9.9",
                "::1",
                "::ffff:127.0.0.1",
                "64:ff9b::127.0.0.1",
                "64:ff9b:1::1",
                "::127.0.0.1",
                "0.0.0.0",
                "::",
                "10.1.2.3",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "100.64.0.1",
                "100.100.100.200",
                "169.254.169.254",
                "::ffff:169.254.169.254",
                "64:ff9b::a9fe:a9fe",
                "168.63.129.16",
                "192.0.0.192",
                "198.18.0.1",
                "203.0.113.1",
                "224.0.0.1",
                "255.255.255.255",
                "fe80::1",
                "fc00::1",
                "fd00:ec2::254",
                "ff02::1",
                "2001::1",
                "2001:db8::1",
                "2002:7f00:1::",
                "fec0::1"
            })
    void address_that_is_not_public_is_refused_unless_the_host_is_internal(String address) {
        assertThat(permits(PUBLIC, address)).isFalse();
        assertThat(permits(INTERNAL, address)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "172.32.0.1",
                "100.128.0.1",
                "169.253.0.1",
                "223.255.255.254",
                "2606:4700::1111",
                "2a00:1450::1",
                "64:ff9b::1.1.1.1"
            })
    void public_address_is_permitted(String address) {
        assertThat(permits(PUBLIC, address)).isTrue();
    }

    @Test
    void one_refused_address_among_public_ones_refuses_all() {
        assertThat(permits(PUBLIC, "1.1.1.1", "10.0.0.1")).isFalse();
        assertThat(permits(PUBLIC, "1.1.1.1", "2606:4700::1111")).isTrue();
    }

    @Test
    void host_without_addresses_is_refused() {
        assertThat(permits(INTERNAL)).isFalse();
    }

    @Test
    void plain_http_goes_to_loopback_only() {
        assertThat(permits(LOCAL, "127.0.0.1", "::1")).isTrue();
        assertThat(permits(LOCAL, "1.1.1.1")).isFalse();
        assertThat(permits(LOCAL, "127.0.0.1", "10.0.0.1")).isFalse();
    }

    private boolean permits(OutgoingUrl url, String... addresses) {
        List<IpAddress> parsed = Stream.of(addresses)
                .map(address -> IpAddress.parse(address).orElseThrow())
                .toList();
        return policy.permits(url, parsed);
    }

    private static OutgoingUrl url(String text) {
        return OutgoingUrl.parse(text).orElseThrow();
    }
}
