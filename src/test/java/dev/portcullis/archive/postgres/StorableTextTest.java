package dev.portcullis.archive.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StorableTextTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "\0", "a\0b", "\\", "\\0", "\\\\0", "a\\0\0\\", "日本 😀", "%_'\";--"})
    void text_comes_back_as_it_was_and_has_no_nul(String text) {
        assertThat(StorableText.decode(StorableText.encode(text))).isEqualTo(text);
        assertThat(StorableText.encode(text)).doesNotContain("\0");
    }

    @Test
    void half_a_surrogate_pair_becomes_what_the_store_makes_of_it() {
        assertThat(StorableText.encode("a\ud800b")).isEqualTo("a?b");
    }

    @Test
    void two_texts_are_never_stored_as_one() {
        List<String> texts = List.of("\0", "\\0", "\\\\0", "\\", "\\\\", "0", "\\\0");
        assertThat(texts.stream().map(StorableText::encode).distinct()).hasSameSizeAs(texts);
    }
}
