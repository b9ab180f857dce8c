package dev.portcullis.content;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTextTest {
    @Test
    void markup_shows_as_typed_on_one_line() {
        assertThat(PlainText.clean("<b>\"A\"\n&\tB's", 100)).isEqualTo("&lt;b&gt;&quot;A&quot; &amp; B&#39;s");
    }

    @Test
    void line_and_paragraph_separators_are_spaces() {
        assertThat(PlainText.clean("a\u2028b\u2029c", 100)).isEqualTo("a b c");
    }

    @Test
    void controls_overrides_and_unpaired_surrogates_are_left_out() {
        assertThat(PlainText.clean("a\u0000\u001B\u0085\u202Eb\uD83D", 100)).isEqualTo("ab");
    }

    @Test
    void bound_counts_code_points_after_composition() {
        assertThat(PlainText.clean("e\u0301e\u0301e\u0301", 2)).isEqualTo("\u00E9\u00E9");
        assertThat(PlainText.clean("😀😀😀", 2)).isEqualTo("😀😀");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " \u00A0\u3000",
                "\u200B\u2060",
                "\u115F\u1160\u3164\uFFA0",
                "\u2800",
                "\u034F\uFE0F\u0301",
                "\u17B4\u180F\uDB40\uDC41\uDB40\uDDEF",
                "\uE000"
            })
    void text_of_invisible_characters_is_not_seen(String text) {
        assertThat(PlainText.isSeen(text)).isFalse();
        assertThat(PlainText.seen(text, 10)).isEmpty();
        assertThat(PlainText.isSeen(text + "a" + text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "\u0915\u093E", "\uD55C", "\uD83D\uDE00", "-", "\u0623"})
    void text_of_any_script_is_seen(String text) {
        assertThat(PlainText.isSeen(text)).isTrue();
    }

    @Test
    void truncated_text_leaves_no_isolate_open() {
        assertThat(PlainText.clean("\u2068abc\u2069", 2)).isEqualTo("\u2068a\u2069");
    }
}
