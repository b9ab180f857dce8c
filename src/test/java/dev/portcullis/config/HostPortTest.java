package dev.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
    @ParameterizedTest
    @CsvSource({
        "one.example.com, one.example.com:7000",
        "one.example.com:1, one.example.com:1",
        "10.0.0.1, 10.0.0.1:7000",
        "10.0.0.1:65535, 10.0.0.1:65535",
        "[fd00::2], [fd00::2]:7000",
        "[fd00::2]:7, [fd00::2]:7",
        "[::ffff:10.0.0.1]:7, [::ffff:10.0.0.1]:7"
    })
    void written_address_without_a_port_gets_the_standard_one(String written, String shown) {
        assertThat(HostPort.parse(written, 7_000)).hasToString(shown);
    }

    @ParameterizedTest
    @CsvSource({"[fd00::2]:7, fd00::2", "[::1], ::1", "localhost:7, localhost"})
    void parsed_host_has_no_brackets(String written, String host) {
        assertThat(HostPort.parse(written, 7_000).host()).isEqualTo(host);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LocalHost", "127.0.0.1", "127.9.9.9", "::1", "0:0:0:0:0:0:0:1"})
    void loopback_host_in_any_spelling_is_loopback(String host) {
        assertThat(new HostPort(host, 1).isLoopback()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost.example.com", "127.0.0.1.example.com", "0.0.0.0", "::", "10.0.0.1", "::2", ""})
    void any_other_host_is_not_loopback(String host) {
        assertThat(HostPort.isLoopback(host)).isFalse();
    }
}
