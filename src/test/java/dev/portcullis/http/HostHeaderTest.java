package dev.portcullis.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostHeaderTest {
    @ParameterizedTest
    @ValueSource(strings = {"x", "localhost:65535", "localhost:0", "[::1]:80", "[::1]", "127.0.0.1:00080"})
    void name_or_address_with_or_without_a_port_is_valid(String host) {
        assertThat(HostHeader.isValid(List.of(host))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost:65536", "[::1]:99999", "x:", "x:1:2", "x:-1", "x:100000", "a@b", "x/"})
    void malformed_host_is_invalid(String host) {
        assertThat(HostHeader.isValid(List.of(host))).isFalse();
    }

    @Test
    void missing_or_repeated_host_is_invalid() {
        assertThat(HostHeader.isValid(List.of())).isFalse();
        assertThat(HostHeader.isValid(List.of("x", "x"))).isFalse();
    }
}
