package dev.portcullis.auth.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LinkTokensTest {
    private static final String ANN = "AAECAwQFBgcICQoLDA0ODw";

    private final LinkTokens tokens = tokens("a key of these tests");

    private static LinkTokens tokens(String key) {
        return new LinkTokens(key.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void token_is_recognised_with_whose_it_is_and_for_its_purpose_only() {
        LinkToken made = tokens.make(ANN, LinkPurpose.RESET);
        assertThat(tokens.parse(made.text(), LinkPurpose.RESET)).contains(made);
        assertThat(tokens.parse(made.text(), LinkPurpose.VERIFY)).isEmpty();
        assertThat(made.subject()).isEqualTo(ANN);
        assertThat(made.text()).matches("[A-Za-z0-9_.-]{1,128}");
        assertThat(made.hash()).isNotEqualTo(tokens.make(ANN, LinkPurpose.RESET).hash());
        assertThat(made.toString()).doesNotContain(made.text());
    }

    @Test
    void token_that_was_changed_at_any_place_or_is_of_another_key_is_none() {
        String text = tokens.make(ANN, LinkPurpose.VERIFY).text();
        for (int place = 0; place < text.length(); place++) {
            char other = text.charAt(place) == 'x' ? 'y' : 'x';
            String changed = text.substring(0, place) + other + text.substring(place + 1);
            assertThat(tokens.parse(changed, LinkPurpose.VERIFY)).as(changed).isEmpty();
        }
        assertThat(tokens("another key").parse(text, LinkPurpose.VERIFY)).isEmpty();
        assertThat(tokens.parse(text + "A", LinkPurpose.VERIFY)).isEmpty();
        assertThat(tokens.parse("x".repeat(100_000), LinkPurpose.VERIFY)).isEmpty();
        assertThat(tokens.parse("", LinkPurpose.VERIFY)).isEmpty();
    }
}
