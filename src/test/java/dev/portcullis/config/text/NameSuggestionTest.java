package dev.portcullis.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameSuggestionTest {
    private static final List<String> KNOWN = List.of("port", "host", "trustedProxies", "on");

    @ParameterizedTest
    @CsvSource({
        "prot, port",
        "PORT, port",
        "hots, host",
        "trustedProxy, trustedProxies",
        "trusted_proxies, trustedProxies",
        "onn, on"
    })
    void similar_name_is_suggested(String typo, String meant) {
        assertThat(NameSuggestion.guess(typo, KNOWN)).isEqualTo("did you mean " + meant + "?");
    }

    @Test
    void unrelated_name_is_answered_with_the_known_names() {
        assertThat(NameSuggestion.guess("certificate", KNOWN)).isEqualTo("known here: port, host, trustedProxies, on");
        assertThat(NameSuggestion.guess("xy", List.of("on"))).isEqualTo("known here: on");
        assertThat(NameSuggestion.guess("x", List.of())).isEqualTo("remove it");
    }

    @Test
    void row_key_is_suggested_from_a_closed_set_and_an_open_set_is_described() {
        assertThat(NameSuggestion.guess("membr", Pattern.compile("member|admin")))
                .isEqualTo("did you mean member?");
        assertThat(NameSuggestion.guess("X", Pattern.compile("[a-z]+"))).isEqualTo("keys are of the form [a-z]+");
    }

    /** The cost is the product of the lengths, and the file determines one of them (CWE-407). */
    @Test
    void name_of_a_million_letters_gets_no_suggestion() {
        assertThat(NameSuggestion.guess("p".repeat(1_000_000), KNOWN)).startsWith("known here");
    }
}
