package dev.portcullis.config.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Base64UrlTest {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    @Test
    void bytes_are_decoded_from_their_encoding() {
        Random random = new Random(7);
        for (int length = 1; length < 200; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            assertThat(Base64Url.decode(Base64Url.encode(bytes))).hasValue(bytes);
        }
    }

    /** A second text of the same bytes would have another hash. */
    @Test
    void only_one_text_of_each_value_is_decoded() {
        for (String prefix : new String[] {"", "A", "AB", "ABC", "ABCDE"}) {
            for (int i = 0; i < ALPHABET.length(); i++) {
                String text = prefix + ALPHABET.charAt(i);
                assertThat(Base64Url.decode(text)
                                .filter(bytes -> !Base64Url.encode(bytes).equals(text)))
                        .as(text)
                        .isEmpty();
            }
        }
        assertThat(Base64Url.decode("AB")).isEmpty();
        assertThat(Base64Url.decode("AA")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "AAAAA", "AA==", "AA+A", "AA/A", "AA.A", "AA A", "AAA\u0141", "AAA\n"})
    void text_that_is_no_encoding_is_not_decoded(String text) {
        assertThat(Base64Url.decode(text)).isEmpty();
    }
}
