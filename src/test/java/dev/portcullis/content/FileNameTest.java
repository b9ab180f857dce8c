package dev.portcullis.content;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileNameTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "photo.jpg",
                "Jahresbericht 2026 (final).pdf",
                "прайс-лист.xlsx",
                "写真.png",
                "résumé",
                ".profile",
                "a.b.c",
                "a;b&c",
                "<b>.txt",
                "1:2 scale.dwg",
                "نسخة\u200c.pdf",
                "👩\u200d🚀.gif"
            })
    void ordinary_name_is_allowed(String name) {
        assertThat(FileName.isAllowed(name)).isTrue();
    }

    /** A program that appends the name to a folder must not leave that folder (CWE-22). */
    @ParameterizedTest
    @ValueSource(
            strings = {"/etc/passwd", "a/b", "a\\b", "\\\\host\\share", "..", "../x", "x..y", "C:x.txt", "c:", "Z:\\x"})
    void name_with_a_path_or_a_drive_is_refused(String name) {
        assertThat(FileName.isAllowed(name)).isFalse();
    }

    /** It could end the name early (CWE-158), or start a line of its own in a header or a log (CWE-93). */
    @ParameterizedTest
    @ValueSource(
            strings = {"a.txt\0.exe", "a\nb", "a\rb", "a\tb", "a\u001bb", "a\u007fb", "a\u0085b", "a\u2028b", "a\u2029b"
            })
    void name_with_a_control_character_or_a_line_break_is_refused(String name) {
        assertThat(FileName.isAllowed(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\u2003", "\u3000 \u2003", "\u3164", "\ufe0f\u034f", "\u200b\u2800"})
    void blank_name_is_refused(String name) {
        assertThat(FileName.isAllowed(name)).isFalse();
    }

    /** Each isolate that is open gets an end, and a reader is promised no more than 255 characters. */
    @Test
    void name_is_measured_as_it_is_shown() {
        assertThat(FileName.isAllowed("a".repeat(255))).isTrue();
        assertThat(FileName.isAllowed("\ud83d\ude00".repeat(255))).isTrue();
        assertThat(FileName.isAllowed("\u2067" + "a".repeat(253))).isTrue();
        assertThat(FileName.isAllowed("\u2067" + "a".repeat(254))).isFalse();
    }

    /** Overrides are stripped from what is delivered, so the name is checked as readers will see it. */
    @ParameterizedTest
    @ValueSource(strings = {".\u202e.", ".\u202d./x", "\u202e", " \u202d ", "C\u202e:x", "\u2069", "\u202c"})
    void name_is_checked_without_stripped_characters(String name) {
        assertThat(FileName.isAllowed(name)).isFalse();
    }
}
