package dev.portcullis.http.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.codec.SchemaViolations;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryStringTest {
    @Test
    void values_are_decoded_once() {
        SchemaViolations wrong = new SchemaViolations();

        assertThat(QueryString.parse("a=1&b=x%2By&c=100%2525&d=caf%C3%A9&e=&f=a=b", wrong))
                .isEqualTo(Map.of("a", "1", "b", "x+y", "c", "100%25", "d", "caf\u00e9", "e", "", "f", "a=b"));
        assertThat(QueryString.parse("", wrong)).isEmpty();
        assertThat(QueryString.parse(null, wrong)).isEmpty();
        assertThat(wrong.details()).isEmpty();
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
        assertThat(wrong(query)).isNotEmpty();
    }

    @Test
    void ambiguous_parameter_is_told_by_its_name() {
        assertThat(wrong("a=1&b=x+y&c&a=2&a=3&d=%FF&%61=4"))
                .containsExactly("/b format", "/c format", "/a repeated", "/d format");
        assertThat(wrong("a%=1&=1&" + "x".repeat(65) + "=+")).containsExactly(" format", " format", " format");
    }

    private static List<String> wrong(String query) {
        SchemaViolations wrong = new SchemaViolations();
        var unused = QueryString.parse(query, wrong);
        return wrong.details().stream()
                .map(each -> each.path() + " " + each.rule())
                .toList();
    }
}
