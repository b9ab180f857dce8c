package dev.portcullis.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamSafeTextTest {
    private static final String GRAVE = "\u0300";
    private static final String HIGHEST = "\u0345"; // its combining class is the highest

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "e\u0301te\u0301", "\u0915\u094d\u0937\u093f", "👩‍👩‍👧", "1\ufe0f\u20e3"})
    void text_of_any_language_stays(String text) {
        assertThat(StreamSafeText.of(text)).isSameAs(text);
    }

    @Test
    void run_of_marks_is_cut_and_what_follows_stays() {
        assertThat(StreamSafeText.of("a" + GRAVE.repeat(30) + "b")).isEqualTo("a" + GRAVE.repeat(30) + "b");
        assertThat(StreamSafeText.of("a" + GRAVE.repeat(5_000) + "b" + GRAVE))
                .isEqualTo("a" + GRAVE.repeat(30) + "b" + GRAVE);
        assertThat(StreamSafeText.of("x" + "\uD834\uDD65".repeat(40))) // marks outside of the basic plane
                .isEqualTo("x" + "\uD834\uDD65".repeat(30));
    }

    /** What is not a mark is never sorted: then the time to normalise is linear. */
    @Test
    void each_character_that_is_sorted_counts_as_a_mark() {
        int sorted = 0;
        for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
            String mark = Character.toString(codePoint);
            boolean moves = isReordered(HIGHEST + mark);
            if (Character.getType(codePoint) != Character.SURROGATE && moves) {
                sorted++;
                assertThat(StreamSafeText.of(mark.repeat(40)))
                        .as("U+%04X", codePoint)
                        .isEqualTo(mark.repeat(30));
            }
        }
        assertThat(sorted).isGreaterThan(800);
    }

    private static boolean isReordered(String text) {
        String decomposed = text.codePoints()
                .mapToObj(each -> Normalizer.normalize(Character.toString(each), Normalizer.Form.NFD))
                .collect(Collectors.joining());
        return !Normalizer.normalize(text, Normalizer.Form.NFD).equals(decomposed);
    }
}
