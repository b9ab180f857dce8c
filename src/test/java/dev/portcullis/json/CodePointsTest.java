package dev.portcullis.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodePointsTest {
    @Test
    void property_is_searched_for_once_under_a_name() {
        CodePoints upper = CodePoints.ofProperty("Lu");

        assertThat(CodePoints.ofProperty("Lu")).isSameAs(upper);
        assertThat(CodePoints.ofProperty("gc=Lu")).isEqualTo(upper);
        assertThat(upper.has('A')).isTrue();
        assertThat(upper.has('a')).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', quoteCharacter = '`', textBlock = """
            Lu A a
            Letter a 1
            gc=Letter a 1
            General_Category=Lowercase_Letter a A
            LC a ª
            Nd 1 a
            digit 1 a
            punct ! a
            Combining_Mark \u0301 a
            Co \ue000 a
            Sc $ +
            ASCII a ä
            Assigned a \uffff
            Alphabetic a 1
            Lower ª A
            Uppercase A a
            Ideo 一 a
            AHex f \uff16
            Hex \uff16 g
            NChar \ufdd0 a
            Join_C \u200d a
            Bidi_M ( a
            Script=Greek α a
            sc=Grek α a
            sc=Zyyy ! a
            sc=Old_Italic 𐌀 a
            sc=Thai ก a
            sc=Nko ߊ a
            sc=SignWriting 𝠀 a
            """)
    void property_has_the_characters_that_javascript_says(String name, String in, String out) {
        CodePoints found = CodePoints.ofProperty(name);

        assertThat(found.has(in.codePointAt(0))).isTrue();
        assertThat(found.has(out.codePointAt(0))).isFalse();
    }

    @Test
    void any_is_every_character() {
        assertThat(CodePoints.ofProperty("Any")).isEqualTo(CodePoints.ALL);
    }

    @Test
    void white_space_is_that_of_unicode_and_not_that_of_a_pattern() {
        CodePoints white = CodePoints.ofProperty("White_Space");

        assertThat(white.has(0x85)).isTrue();
        assertThat(white.has(0x2028)).isTrue();
        assertThat(white.has(0xfeff)).isFalse();
        assertThat(CodePoints.ofProperty("space")).isEqualTo(white);
    }

    /** Java takes most of them, and a client with the published schema would throw. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Digit",
                "Greek",
                "Grek",
                "L1",
                "LD",
                "IsL",
                "InGreek",
                "lu",
                "LU",
                "letter",
                "Punct",
                "Alnum",
                "XDigit",
                "Titlecase",
                "javaLowerCase",
                "alphabetic",
                "Control=",
                "",
                "=",
                "=L",
                "L=",
                "gc=",
                "gc=Alphabetic",
                "gc=Greek",
                "gc==L",
                "GC=L",
                "sc=L",
                "sc=greek",
                "sc=GREEK",
                "sc=GREK",
                "sc=OLD_ITALIC",
                "sc=Signwriting",
                "script=Greek",
                "IsScript=Greek",
                "blk=Greek",
                " L",
                "L "
            })
    void property_that_javascript_does_not_know_is_refused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> CodePoints.ofProperty(name));
    }

    /** Java answers these with something else, or not at all. */
    @ParameterizedTest
    @ValueSource(strings = {"scx=Greek", "Script_Extensions=Grek", "Emoji", "ID_Start", "Cased", "sc=Hrkt"})
    void property_that_java_cannot_answer_is_refused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> CodePoints.ofProperty(name));
    }

    @Test
    void property_that_is_not_known_is_refused_each_time() {
        for (int i = 0; i < 2; i++) {
            assertThatIllegalArgumentException().isThrownBy(() -> CodePoints.ofProperty("Script=Klingon"));
        }
    }
}
