package dev.portcullis.http.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryStringTest {
    @Test
    void values_are_decoded_once() {
        assertThat(QueryString.parse("a=1&b=x%2By&c=100%2525&d=caf%C3%A9&e=&f=a=b"))
                .contains(Map.of("a", "1", "b", "x+y", "c", "100%25", "d", "caf\u00e9", "e", "", "f", "a=b"));
        assertThat(QueryString.parse("")).contains(Map.of());
        assertThat(QueryString.parse(null)).contains(Map.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "&",
                "a=1&",
                "&a=1",
                "=1",
                "a=1&a=2",
                "a=1&%61=2",
                "a=1;b=2",
                "a=x+y",
                "a=%",
                "a=%2",
                "a=%2g",
                "a=%+1",
                "a=%FF",
                "a=%C0%80",
                "a=%ED%A0%80",
                "a=\u00e9",
                "a= 1"
            })
    void query_that_has_different_readers_is_refused(String query) {
        assertThat(QueryString.parse(query)).isEmpty();
    }
}
