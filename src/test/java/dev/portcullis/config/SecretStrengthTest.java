package dev.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretStrengthTest {
    @ParameterizedTest
    @CsvSource({
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, has too few different characters",
        "abababababababababababababababab, has too few different characters",
        "abcdabcdabdcabcdabcadbcdabcdbcda, has too few different characters",
        "s3cret-s3cret-s3cret-s3cret-s3cr, repeats one pattern",
        "passwordpassword, repeats one pattern",
        "0123456789abcdef0123456789abcdef, repeats one pattern",
        "0123456789abcdef, is a sequence of neighbouring characters",
        "zyxwvutsrqponmlkjihgfedcba9876543210, is a sequence of neighbouring characters",
        "aaaabbbbccccddddeeeeffffgggghhhh, is a sequence of neighbouring characters"
    })
    void secret_that_its_form_lets_guess_is_weak(String secret, String why) {
        assertThat(SecretStrength.weaknessOf(new Secret(secret))).contains(why);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a-secret-of-the-tests-and-of-nothing-else",
                "correct horse battery staple and more",
                "2718281828459045",
                "9f86d081884c7d65"
            })
    void secret_of_no_simple_form_passes(String secret) {
        assertThat(SecretStrength.weaknessOf(new Secret(secret))).isEmpty();
    }

    @Test
    void random_secrets_pass() {
        SecureRandom random = new SecureRandom();
        for (int i = 0; i < 10_000; i++) {
            byte[] bytes = new byte[16];
            random.nextBytes(bytes);
            for (String text : new String[] {
                Base64.getEncoder().encodeToString(bytes), HexFormat.of().formatHex(bytes)
            }) {
                assertThat(SecretStrength.weaknessOf(new Secret(text))).as(text).isEqualTo(Optional.empty());
            }
        }
    }
}
