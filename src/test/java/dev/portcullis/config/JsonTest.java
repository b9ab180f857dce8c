package dev.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Test
    void both_kinds_of_comment_are_allowed() throws IOException {
        assertThat(Json.parse("// why\n{\"a\": /* so */ 1} // end")).isEqualTo(Map.of("a", 1L));
    }

    @Test
    void numbers_are_not_rounded() throws IOException {
        assertThat(Json.parse("[1, 2147483648, 9223372036854775808, 1.10, 1e400]"))
                .isEqualTo(List.of(
                        1L,
                        2_147_483_648L,
                        new BigInteger("9223372036854775808"),
                        new BigDecimal("1.10"),
                        new BigDecimal("1e400")));
    }

    @Test
    void null_is_preserved() throws IOException {
        assertThat(Json.parse("[null]")).isEqualTo(Arrays.asList((Object) null));
        assertThat((Map<?, ?>) Json.parse("{\"a\": null}")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            value = {
                "{\"a\": 1, \"a\": 2} => has the key \"a\" twice in one object, at line 1, column",
                "{\"a\": {\"b\": 1, \"b\": 2}} => has the key \"b\" twice in one object, at line 1, column",
                "{\"a\": 1 => ends before every bracket, quote and comment is closed, at line 1, column",
                "{\"a\": \"x => ends before every bracket, quote and comment is closed, at line 1, column",
                "{} /* open => ends before every bracket, quote and comment is closed, at line 1, column",
                "{\"a\": 1} {} => goes on after its end, at line 1, column",
                "{\"a\": 1,} => is not JSON, at line 1, column 9",
                "{a: 1} => is not JSON, at line 1, column 2",
                "{'a': 1} => is not JSON, at line 1, column 2",
                "{\"a\": 01} => is not JSON, at line 1, column",
                "{\"a\": NaN} => is not JSON, at line 1, column",
                "{\"a\": hunter2} => is not JSON, at line 1, column",
                "// nothing => is empty, at line 1, column",
            })
    void invalid_json_is_refused_with_line_and_column(String text, String message) {
        assertThatThrownBy(() -> Json.parse(text))
                .isInstanceOf(Json.IllFormed.class)
                .message()
                .startsWith(message)
                .doesNotContain("hunter2");
    }

    @Test
    void reported_line_is_the_line_of_the_mistake() {
        assertThatThrownBy(() -> Json.parse("{\n  \"a\": 1\n  \"b\": 2\n}"))
                .hasMessageStartingWith("is not JSON, at line 3");
    }

    /**
     * Without limits, nested brackets overflow the stack (CWE-674), and a number of a million digits takes too much
     * processor time.
     */
    @ParameterizedTest
    @ValueSource(ints = {17, 100_000})
    void depth_and_numbers_are_bounded(int size) {
        String deep = "[".repeat(size) + "]".repeat(size);
        assertThatThrownBy(() -> Json.parse(deep)).hasMessageStartingWith("is nested too deep");
        String longNumber = "1".repeat(1_000 * size);
        assertThatThrownBy(() -> Json.parse(longNumber)).isInstanceOf(Json.IllFormed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e99999999999", "1E+2147483648", "0.1e-2147483648", "[{\"a\": 1e99999999999}]"})
    void exponent_that_no_number_can_have_is_ill_formed(String text) {
        assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(Json.IllFormed.class);
    }

    @Test
    void json_in_ascii_has_no_character_that_a_terminal_acts_on() throws IOException {
        String text = "\u001b[2J\u007f\u009b1A\u202e\u2066\u2028 \u00e4\ud83d\ude00";

        String written = Json.ascii(List.of(text, "plain \"~\""));

        assertThat(written)
                .isEqualTo(
                        "[\"\\u001B[2J\\u007F\\u009B1A\\u202E\\u2066\\u2028 \\u00E4\\uD83D\\uDE00\",\"plain \\\"~\\\"\"]");
        assertThat(Json.parseWithoutComments(written)).isEqualTo(List.of(text, "plain \"~\""));
    }

    @Test
    void written_json_is_parsed_to_the_same_value() throws IOException {
        String text =
                "{\"a\":[1,9223372036854775808,1.5,1E+400,true,null,\"x\\n\\\"\"],\"b\":{},\"c\":{\"d\":[{\"e\":false}]}}";
        Object value = Json.parse(text);
        assertThat(Json.write(value)).isEqualTo(text);
        assertThat(Json.parse(Json.pretty(value))).isEqualTo(value);
    }
}
