package dev.portcullis.auth.account;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsernameTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "7",
                "Ann",
                "Ann Lee",
                "ann_lee-1.x",
                "O'Hara",
                "Jürgen",
                "Анна",
                "Ελένη",
                "王小明",
                "さくら",
                "सीता",
                "محمد",
                "김민수",
                "Müller 王"
            })
    void name_is_shown_as_it_was_chosen(String name) {
        assertThat(Username.parse(name).map(Username::shown)).contains(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                " ann",
                "ann ",
                "ann  lee",
                "ann\tlee",
                "ann\nlee",
                "ann\u00a0lee",
                "...",
                "-",
                "<b>ann</b>",
                "ann&lee",
                "ann\"",
                "ann@lee",
                "ann/lee",
                "ann\u0000",
                "ann\u200b",
                "ann\u200d",
                "ann\u202e",
                "ann\u2066",
                "\u0301ann",
                "a\u0301\u0301\u0301\u0301\u0301\u0301nn",
                "\u3164",
                "ann\u3164",
                "ann\ufe0f",
                "ann😀",
                "①②",
                "deleted",
                "System",
                "ＳＹＳＴＥＭ",
                "\u0430nn",
                "Ann\u0391",
                "Αнна",
                "ann\ud800"
            })
    void name_that_could_mislead_is_refused(String name) {
        assertThat(Username.parse(name)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"Ann, ann", "ＡＮＮ, ann", "Straße, STRASSE", "Ju\u0308rgen, JÜRGEN", "ΣΊΣΥΦΟΣ, σίσυφος", "ﬁn, FIN"})
    void names_that_differ_in_case_or_width_are_the_same(String one, String other) {
        assertThat(Username.parse(one).orElseThrow().key())
                .isEqualTo(Username.parse(other).orElseThrow().key());
    }

    @Test
    void length_counts_characters() {
        assertThat(Username.parse("a".repeat(64))).isPresent();
        assertThat(Username.parse("a".repeat(65))).isEmpty();
        assertThat(Username.parse("\ud840\udc00".repeat(64)))
                .as("64 Han characters")
                .isPresent();
        assertThat(Username.parse("\ud840\udc00".repeat(65))).isEmpty();
    }
}
