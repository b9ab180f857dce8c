package dev.portcullis.ratelimit.reputation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.ratelimit.reputation.AddressReputation.Standing;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListedRuleTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/listed | {\"listed\": true} | LISTED",
                "/listed | {\"listed\": false} | UNKNOWN",
                "/listed | {\"listed\": 1} | LISTED",
                "/listed | {\"listed\": 0.99} | UNKNOWN",
                "/listed | {\"listed\": 1e400} | LISTED",
                "/a/1/b~1c~0d | {\"a\": [{}, {\"b/c~d\": true}]} | LISTED",
                "/a/01 | {\"a\": [true, true]} | none",
                "/a/2 | {\"a\": [true, true]} | none",
                "/listed | {\"listed\": null} | none",
                "/listed | {\"listed\": \"true\"} | none",
                "/listed | {\"listed\": true, \"listed\": true} | none",
                "/listed | {} | none",
                "/listed | [] | none",
                "/listed | true | none"
            })
    void value_says_whether_the_address_is_listed(String pointer, String body, String expected) {
        Optional<Standing> standing =
                new ListedRule(Optional.of(pointer), 1).judge(200, body.getBytes(StandardCharsets.UTF_8));
        assertThat(standing.map(Enum::name).orElse("none")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "200, LISTED",
        "204, UNKNOWN",
        "404, UNKNOWN",
        "201, none",
        "400, none",
        "401, none",
        "429, none",
        "503, none"
    })
    void status_says_it_without_a_pointer(int status, String expected) {
        assertThat(new ListedRule(Optional.empty(), 1)
                        .judge(status, new byte[0])
                        .map(Enum::name)
                        .orElse("none"))
                .isEqualTo(expected);
    }

    @Test
    void answer_that_is_no_utf8_tells_nothing() {
        assertThat(new ListedRule(Optional.of("/a"), 1).judge(200, new byte[] {(byte) 0xff}))
                .isEmpty();
    }
}
