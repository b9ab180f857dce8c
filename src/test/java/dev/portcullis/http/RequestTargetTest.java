package dev.portcullis.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {
    private static final List<String> HOST = List.of("chat.example:8080");

    @ParameterizedTest
    @ValueSource(
            strings = {"/ws", "/ws?to=http://evil.example/", "//evil.example/", "*", "http://CHAT.example:8080/ws"})
    void target_without_an_authority_or_with_that_of_the_host_matches(String target) {
        assertThat(RequestTarget.matchesHost(target, HOST)).isTrue();
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
        assertThat(RequestTarget.matchesHost(target, HOST)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = "http://chat.example:8080/ws")
    void absolute_target_without_one_host_differs(String target) {
        assertThat(RequestTarget.matchesHost(target, List.of())).isFalse();
        assertThat(RequestTarget.matchesHost(target, List.of("chat.example:8080", "chat.example:8080")))
                .isFalse();
    }
}
