package dev.portcullis.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostHeaderTest {
    private static final List<String> HOST = List.of("chat.example:8080");

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

    @ParameterizedTest
    @ValueSource(
            strings = {"/ws", "/ws?to=http://evil.example/", "//evil.example/", "*", "http://CHAT.example:8080/ws"})
    void target_without_an_authority_or_with_that_of_the_host_matches(String target) {
        assertThat(HostHeader.matchesTarget(target, HOST)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example/ws",
                "http://chat.example/ws",
                "http://me@chat.example:8080/ws",
                "http:///ws",
                "ws://evil.example?chat.example:8080",
                "HTTP://evil.example#\n"
            })
    void target_of_another_authority_differs(String target) {
        assertThat(HostHeader.matchesTarget(target, HOST)).isFalse();
    }

    @Test
    void absolute_target_without_one_host_differs() {
        String target = "http://chat.example:8080/ws";
        assertThat(HostHeader.matchesTarget(target, List.of())).isFalse();
        assertThat(HostHeader.matchesTarget(target, List.of("chat.example:8080", "chat.example:8080")))
                .isFalse();
    }
}
