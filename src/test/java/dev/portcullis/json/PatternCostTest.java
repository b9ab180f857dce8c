package dev.portcullis.json;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatternCostTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "^[a-z0-9-]{1,64}$",
                "^[a-z]+$",
                "^(?:[a-z]+-)*[a-z]+$",
                "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
                "^(\\d{1,3}\\.){3}\\d{1,3}$",
                "^-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?$",
                "^https?://[^/]+/.*$",
                "^[^@\\s]+@[^@\\s]+$",
                "[a-z]+",
                "x[0-9]{3,20}y",
                "^(a|b)*$",
                "^(?:a?b?)*$",
                "^(a?)*$",
                "^#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?$",
                "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}$",
                "^[\\s\\S]*$",
                "^[A-Z]{2}[0-9A-Z]{3,10}$",
                "^\\p{L}[\\p{L} ]*$",
                "\\bword\\b"
            })
    void pattern_of_linear_cost_is_accepted(String pattern) {
        assertThat(PatternCost.of(RegexParser.parse(pattern))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "^(a+)+$",
                "^(a*)*$",
                "^(a|aa)*$",
                "^(a|a)*$",
                "(x+x+)+y",
                "^(?:[a-z]+-?)+$",
                "^(\\w+\\s?)*$",
                "^(a{1,100}){1,100}$",
                "^(.*,)*x$",
                "^(a+)+\\b",
                "^(?:a|aa)*\\b",
                "^(?:a|[a-z]){2,50}$"
            })
    void pattern_of_exponential_cost_is_refused(String pattern) {
        assertThat(PatternCost.of(RegexParser.parse(pattern))).get().asString().contains("doubles");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a+b",
                "[a-z]+$",
                "\\S+@\\S+",
                "^\\S+@\\S+$",
                "^\\s*a?\\s*$",
                "^.*,.*;x$",
                "^a*[a-z]*$",
                "^[0-9]{1,300}[0-9a-f]{1,300}$",
                "a{0,1000}b",
                " +$"
            })
    void pattern_of_polynomial_cost_is_refused(String pattern) {
        assertThat(PatternCost.of(RegexParser.parse(pattern))).get().asString().contains("square");
    }

    @ParameterizedTest
    @ValueSource(strings = {"^(a?){30}a{30}$", "^a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?aaaaaaaaaaaaaaaaaaaa$"})
    void pattern_with_very_many_ways_is_refused(String pattern) {
        assertThat(PatternCost.of(RegexParser.parse(pattern))).isPresent();
    }

    /** Of names a frame has thousands. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "^a?a?a?a?a?a?a?a?a?a?a?a?a?!",
                "^[a-z][a-z0-9]?[a-z0-9]?[a-z0-9]?[a-z0-9]?[a-z0-9]?[a-z0-9]?[a-z0-9]?[a-z0-9]?[a-z0-9]?[a-z0-9]?-$"
            })
    void pattern_with_many_ways_is_refused_for_names_alone(String pattern) {
        assertThat(PatternCost.of(RegexParser.parse(pattern))).isEmpty();
        assertThat(PatternCost.ofNames(RegexParser.parse(pattern))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "^[a-z]{0,1000}[0-9]$",
                "^x-",
                "^(foo|food)$",
                "^[a-z][a-z0-9]{0,20}-[0-9]{4}$",
                "^\\p{L}[\\p{L} ]*$"
            })
    void pattern_of_names_with_few_ways_is_accepted(String pattern) {
        assertThat(PatternCost.ofNames(RegexParser.parse(pattern))).isEmpty();
    }

    @Test
    void text_that_costs_is_named() {
        assertThat(PatternCost.of(RegexParser.parse("^(a+)+$")))
                .get()
                .asString()
                .contains("\"aaaa")
                .contains("…!\"");
        assertThat(PatternCost.of(RegexParser.parse("^b(x|xx)*$")))
                .get()
                .asString()
                .contains("\"bx")
                .contains("…!\"");
    }
}
