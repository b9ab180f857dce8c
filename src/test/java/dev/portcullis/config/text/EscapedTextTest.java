package dev.portcullis.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EscapedTextTest {
    private static final String HOSTILE = "\u001b[2J\r\n\u009b1A\u202e\u2028\u200b\ud800";
    private static final String ESCAPED = "\\u001b[2J\\u000d\\u000a\\u009b1A\\u202e\\u2028\\u200b\\ud800";

    @Test
    void characters_that_a_terminal_acts_on_are_escaped() {
        assertThat(EscapedText.of(HOSTILE)).isEqualTo(ESCAPED);
        assertThat(SafeExcerpt.of(HOSTILE)).isEqualTo(ESCAPED);
    }

    @Test
    void letters_of_all_scripts_stay() {
        assertThat(EscapedText.of("Zo\u00eb \u65e5\u672c \ud83d\ude00 {}\"\\~"))
                .isEqualTo("Zo\u00eb \u65e5\u672c \ud83d\ude00 {}\"\\~");
    }

    @Test
    void excerpt_ends_between_characters() {
        assertThat(SafeExcerpt.of("\ud83d\ude00".repeat(80))).isEqualTo("\ud83d\ude00".repeat(80));
        assertThat(SafeExcerpt.of("\ud83d\ude00".repeat(81))).isEqualTo("\ud83d\ude00".repeat(80) + "\u2026");
    }
}
