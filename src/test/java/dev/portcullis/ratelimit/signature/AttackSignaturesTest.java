package dev.portcullis.ratelimit.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.ratelimit.signature.AttackSignature.AttackClass;
import dev.portcullis.ratelimit.signature.SignatureFile.SignatureRule;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttackSignaturesTest {
    private static final AttackSignatures SIGNATURES = AttackSignatures.published();
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final String EMPTY =
            "\"script\":[],\"path\":[],\"template\":[],\"ldap\":[],\"log4j\":[],\"command\":[]}";

    @Test
    void result_names_the_signature_and_never_the_text() {
        assertThat(SIGNATURES.find("name' or 1=1--").orElseThrow())
                .hasToString("AttackSignature[kind=SQL, name=tautology_after_quote]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "union select 1,2",
                "UNION   SELECT\t1,2",
                "union/**/select/*x*/1,2",
                "union/*!50000 select*/ 1,2",
                "union%20select%201,2",
                "union%2520select%25201,2",
                "%u0075nion select 1,2",
                "&#117;nion sel&#x65;ct 1,2",
                "\\u0075nion \\x73elect 1,2",
                "ＵＮＩＯＮ　ＳＥＬＥＣＴ　１，２",
                "un\u200Bion sel\u00ADect 1,2",
                "𝓾𝓷𝓲𝓸𝓷 select 1,2"
            })
    void spelling_hides_nothing(String text) {
        assertThat(SIGNATURES.find(text)).contains(new AttackSignature(AttackClass.SQL, "union"));
    }

    @Test
    void word_that_only_ends_like_a_literal_is_none() {
        assertThat(SIGNATURES.find("reunion select 1,2")).isEmpty();
    }

    @Test
    void text_of_dense_literals_is_found_without_a_search_for_each() {
        assertThat(SIGNATURES.find("a 1=1; ".repeat(200))).contains(new AttackSignature(AttackClass.SQL, "dense"));
    }

    @Test
    void any_text_is_searched_without_a_failure() {
        Random random = new Random(7);
        String alphabet = "%&#;xu\\/*!${}:-'\"()<>=.0aé\uD835\uDCFE\uFF01\u200B\n";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(40);
            for (int k = 0; k < length; k++) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertThat(SIGNATURES.find(text.toString())).isNotNull();
        }
    }

    @Test
    void no_character_makes_the_searched_text_more_than_six_times_as_long() {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                String text = Character.toString(c);
                assertThat(AttackSignatures.normalized(text).length())
                        .as("U+%04X", c)
                        .isLessThanOrEqualTo(6);
            }
        }
        assertThat(AttackSignatures.normalized("\uFDFA".repeat(5_000))).hasSize(5_000);
        assertThat(SIGNATURES.find("\uFDFA\uFDFB union select 1,2")).isPresent();
    }

    /** Ten times the text may take ten times as long, but not a hundred times. A busy machine gets five attempts. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "' or ",
                "$(id",
                "`id",
                "{{",
                "<svg on",
                "${",
                "%25",
                "/*",
                "x}",
                "onload=alert(",
                "<% ",
                "1=",
                "&#x26;",
                "../",
                "(&(",
                "union select ",
                "document.cookie+"
            })
    void time_grows_with_the_length_only(String piece) {
        String small = piece.repeat(20_000 / piece.length());
        String large = piece.repeat(200_000 / piece.length());
        time(small);
        boolean linear = false;
        for (int attempt = 0; attempt < 5 && !linear; attempt++) {
            linear = time(large) < 40 * Math.max(time(small), 1_000_000);
        }
        assertThat(linear).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a*", "a+", "(ab){1,3}", "a{3,}", "(a+)+"})
    void pattern_without_a_bound_is_refused(String pattern) {
        assertThatThrownBy(() -> rules("{\"name\":\"x\",\"literals\":[\"y\"],\"then\":\"" + pattern + "\"}"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("without a bound");
    }

    @ParameterizedTest
    @ValueSource(strings = {"A", " a", "a - b", "é", ""})
    void literal_that_no_folded_text_contains_is_refused(String literal) {
        assertThatThrownBy(() -> rules("{\"name\":\"x\",\"literals\":[\"" + literal + "\"]}"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("folded");
    }

    @Test
    void missing_class_is_refused() {
        assertThatThrownBy(() -> SignatureFile.rules("{\"sql\":[]}")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void literal_stands_for_its_alternatives_and_digits() throws IOException {
        assertThat(rules("{\"name\":\"x\",\"literals\":[\"«a¦b»§\"]}"))
                .extracting(SignatureRule::literal)
                .hasSize(20)
                .contains("a0", "b9");
    }

    private static List<SignatureRule> rules(String entry) throws IOException {
        return SignatureFile.rules("{\"sql\":[" + entry + "]," + EMPTY);
    }

    private static long time(String text) {
        long begun = THREADS.getCurrentThreadCpuTime(); // a wall clock would measure what else the machine does
        assertThat(SIGNATURES.find(text)).isNotNull();
        return THREADS.getCurrentThreadCpuTime() - begun;
    }
}
