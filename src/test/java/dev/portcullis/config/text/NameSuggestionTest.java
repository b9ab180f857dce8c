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
    void a_near_miss_is_guessed(String typo, String meant) {
        assertThat(NameSuggestion.guess(typo, KNOWN)).isEqualTo("did you mean " + meant + "?");
    }

    @Test
    void a_stranger_is_answered_with_what_is_known() {
        assertThat(NameSuggestion.guess("certificate", KNOWN)).isEqualTo("known here: port, host, trustedProxies, on");
        assertThat(NameSuggestion.guess("xy", List.of("on"))).isEqualTo("known here: on");
        assertThat(NameSuggestion.guess("x", List.of())).isEqualTo("remove it");
    }

    @Test
    void a_closed_set_of_row_keys_is_guessed_from_and_an_open_one_described() {
        assertThat(NameSuggestion.guess("membr", Pattern.compile("member|admin")))
                .isEqualTo("did you mean member?");
        assertThat(NameSuggestion.guess("X", Pattern.compile("[a-z]+"))).isEqualTo("keys are of the form [a-z]+");
    }

    /** A guess costs the product of the lengths, and the file chooses one of them (CWE-407). */
    @Test
    void a_key_of_a_million_letters_is_not_guessed_at() {
        assertThat(NameSuggestion.guess("p".repeat(1_000_000), KNOWN)).startsWith("known here");
    }
}
