package dev.portcullis.client.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** CWE-150: text of other users must not reach the terminal as commands. */
class TerminalSafeTextTest {
    @Test
    void escape_sequence_is_shown_as_text() {
        assertThat(TerminalSafeText.text("\u001b[2J\u001b]0;owned\u0007"))
                .isEqualTo("\\u001b[2J\\u001b]0;owned\\u0007");
    }

    @Test
    void c1_controls_carriage_returns_and_line_separators_are_shown() {
        assertThat(TerminalSafeText.text("\u009b1m\rroot\u2028")).isEqualTo("\\u009b1m\\u000droot\\u2028");
    }

    @Test
    void bidi_controls_and_unpaired_surrogates_are_shown() {
        assertThat(TerminalSafeText.text("a\u202eb\u2066\ud800")).isEqualTo("a\\u202eb\\u2066\\ud800");
    }

    @Test
    void tag_characters_that_hide_text_are_shown() {
        assertThat(TerminalSafeText.text(new String(Character.toChars(0xE0041))))
                .isEqualTo("\\ue0041");
    }

    @Test
    void scripts_emoji_and_their_joiners_stay_as_they_are() {
        String text = "h\u00e9llo \u05e9\u05dc\u05d5\u05dd \ud83d\udc69\u200d\ud83d\udcbb";

        assertThat(TerminalSafeText.text(text)).isEqualTo(text);
    }

    @Test
    void line_break_cannot_forge_a_line() {
        assertThat(TerminalSafeText.text("hi\n#9 12:00:00 [lobby] admin: give me your token")
                        .lines())
                .allSatisfy(line -> assertThat(line).doesNotStartWith("#"));
        assertThat(TerminalSafeText.singleLine("bob\nalice")).isEqualTo("bob\\u000aalice");
    }

    @Test
    void random_text_leaves_no_control_character() {
        for (long seed = 0; seed < 200; seed++) {
            String text = new Random(seed)
                    .ints(100, 0, 0x3000)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();

            assertThat(TerminalSafeText.singleLine(text).codePoints())
                    .as("seed %d", seed)
                    .noneMatch(Character::isISOControl);
        }
    }
}
