package dev.portcullis.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerAddressTest {
    @Test
    void omitted_parts_of_an_address_get_defaults() {
        assertThat(ServerAddress.of("ws://localhost:8080"))
                .isEqualTo(new ServerAddress("localhost", 8080, false, "/ws"));
        assertThat(ServerAddress.of("WSS://chat.example.com"))
                .isEqualTo(new ServerAddress("chat.example.com", 443, true, "/ws"));
        assertThat(ServerAddress.of("ws://[::1]:81/a?b=c")).isEqualTo(new ServerAddress("::1", 81, false, "/a?b=c"));
        assertThat(ServerAddress.of("ws://[::1]:81/a?b=c"))
                .as("a query may hold a token")
                .hasToString("ws://[::1]:81/a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost:8080",
                "http://localhost/ws",
                "ws:///ws",
                "ws://u:p@host/ws",
                "ws://h/#x",
                "ws://a b",
                "ws://h:0/ws",
                "ws://h:65536/ws",
                "ws://h:99999999999/ws"
            })
    void invalid_address_is_refused_with_a_message(String url) {
        assertThatThrownBy(() -> ServerAddress.of(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("null");
    }
}
