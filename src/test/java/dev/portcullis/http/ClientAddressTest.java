package dev.portcullis.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressTest {
    private final ClientAddress client = new ClientAddress(Stream.of("10.0.0.0/8", "2001:db8:ffff::/48", "127.0.0.1")
            .map(each -> AddressRange.parse(each).orElseThrow())
            .toList());

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1",
        "::ffff:192.0.2.1, 192.0.2.1",
        "::ffff:c000:201, 192.0.2.1",
        "64:ff9b::192.0.2.1, 192.0.2.1",
        "64:ff9b::c000:201, 192.0.2.1",
        "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
        "::1, ::1",
        "::, ::"
    })
    void address_in_any_spelling_has_one_canonical_form(String literal, String canonical) {
        assertThat(IpAddress.parse(literal)).map(IpAddress::toString).contains(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "localhost",
                "example.com",
                "1.2.3",
                "1.2.3.4.5",
                "256.1.1.1",
                "01.2.3.4",
                "0x7f.0.0.1",
                "2130706433",
                "1.2.3.4 ",
                "1.2.3.4%eth0",
                "fe80::1%eth0",
                ":::",
                "1::2::3",
                "12345::",
                "::ffff:01.2.3.4",
                "[::1]",
                "-1.2.3.4",
                "1.2.3.４"
            })
    void text_that_is_no_ip_literal_is_refused(String text) {
        assertThat(IpAddress.parse(text)).isEmpty();
    }

    @Test
    void zone_of_a_link_local_peer_is_dropped() {
        assertThat(IpAddress.ofPeer("fe80:0:0:0:0:0:0:1%eth0"))
                .map(IpAddress::toString)
                .contains("fe80::1");
    }

    @Test
    void limit_keys_are_the_ipv4_address_and_the_ipv6_networks() {
        assertThat(address("::ffff:192.0.2.1").keys()).isEqualTo(new IpAddress.Keys("192.0.2.1", Optional.empty()));
        assertThat(address("2001:db8:1:2:3:4:5:6").keys())
                .isEqualTo(new IpAddress.Keys("2001:db8:1:2::/64", Optional.of("2001:db8:1::/48")));
        assertThat(address("2001:db8:1:2::9").keys())
                .isEqualTo(address("2001:db8:1:2:3:4:5:6").keys());
        assertThat(address("2001:db8:1:3::9").keys().own()).isNotEqualTo("2001:db8:1:2::/64");
        assertThat(address("2001:db8:1:3::9").keys().wide()).contains("2001:db8:1::/48");
    }

    @Test
    void forwarded_header_of_an_untrusted_peer_is_ignored() {
        assertThat(of("192.0.2.9", "203.0.113.1")).isEqualTo("192.0.2.9");
    }

    @Test
    void forwarded_header_of_a_trusted_proxy_gives_the_client() {
        assertThat(of("10.0.0.1", "203.0.113.1")).isEqualTo("203.0.113.1");
        assertThat(of("10.0.0.1")).isEqualTo("10.0.0.1");
    }

    @Test
    void entries_left_of_an_untrusted_hop_are_ignored() {
        assertThat(of("10.0.0.1", "127.0.0.1, 203.0.113.1, 10.0.0.2")).isEqualTo("203.0.113.1");
        assertThat(of("10.0.0.1", "127.0.0.1", "203.0.113.1", "10.0.0.2")).isEqualTo("203.0.113.1");
    }

    @Test
    void client_is_the_first_hop_if_all_hops_are_trusted() {
        assertThat(of("10.0.0.1", "10.0.0.3, 2001:db8:ffff::2")).isEqualTo("10.0.0.3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"unknown", "", "localhost", "203.0.113.1, ", "203.0.113.1, _hidden", "203.0.113.1:x", "[1.2.3.4"
            })
    void malformed_entry_counts_as_the_hop_that_reported_it(String entries) {
        assertThat(of("10.0.0.1", entries)).isEqualTo("10.0.0.1");
        assertThat(of("10.0.0.1", entries + ",10.0.0.7")).isEqualTo("10.0.0.7");
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.1:4711, 203.0.113.1",
        "[2001:db8::7]:443, 2001:db8::7",
        "[2001:db8::7], 2001:db8::7",
        "2001:db8::7, 2001:db8::7"
    })
    void port_of_an_entry_is_dropped(String entry, String address) {
        assertThat(of("10.0.0.1", entry)).isEqualTo(address);
    }

    @Test
    void ipv4_mapped_peer_counts_as_the_ipv4_proxy() {
        assertThat(of("::ffff:10.0.0.1", "203.0.113.1")).isEqualTo("203.0.113.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/08", "::/129", "x/8", "10.0.0.0/8/8", ""})
    void invalid_range_is_refused(String range) {
        assertThat(AddressRange.parse(range)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0/0, 203.0.113.1, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "::/0, 203.0.113.1, true",
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.0.0.7, 10.0.0.7, true",
        "10.0.0.7, 10.0.0.8, false",
        "2001:db8::/65, 2001:db8::7fff:0:0:1, true",
        "2001:db8::/65, 2001:db8:0:0:8000::1, false"
    })
    void range_contains_addresses_with_its_prefix(String range, String address, boolean holds) {
        assertThat(AddressRange.parse(range).orElseThrow().contains(address(address)))
                .isEqualTo(holds);
    }

    @ParameterizedTest
    @CsvSource({
        "true, 192.0.2.1, , true",
        "false, 192.0.2.1, , false",
        "false, 192.0.2.1, https, false",
        "false, 10.0.0.1, , false",
        "false, 10.0.0.1, https, true",
        "false, 10.0.0.1, HTTPS, true",
        "false, 10.0.0.1, http, false",
        "false, 10.0.0.1, 'http, https', true",
        "false, 10.0.0.1, 'https, http', false",
        "false, 10.0.0.1, wss, false"
    })
    void transport_is_secure_by_our_tls_or_by_a_trusted_proxys_header(
            boolean tls, String peer, String forwarded, boolean secure) {
        List<String> lines = forwarded == null ? List.of() : List.of(forwarded);
        assertThat(client.isSecure(tls, address(peer), lines)).isEqualTo(secure);
    }

    @Test
    void last_of_two_forwarded_proto_lines_counts() {
        assertThat(client.isSecure(false, address("10.0.0.1"), List.of("https", "http")))
                .isFalse();
    }

    private String of(String peer, String... forwardedFor) {
        return client.of(address(peer), List.of(forwardedFor)).toString();
    }

    private static IpAddress address(String literal) {
        return IpAddress.parse(literal).orElseThrow();
    }
}
