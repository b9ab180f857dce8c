package dev.portcullis.auth.factor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TotpTest {
    private static final byte[] SECRET = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);

    /** RFC 6238 appendix B, of whose eight digits we show the last six. */
    @ParameterizedTest
    @CsvSource({
        "59, 287082",
        "1111111109, 081804",
        "1111111111, 050471",
        "1234567890, 005924",
        "2000000000, 279037",
        "20000000000, 353130"
    })
    void codes_are_those_of_the_rfc(long seconds, String code) {
        assertThat(Totp.code(SECRET, Totp.stepOf(seconds * 1_000))).isEqualTo(code);
        assertThat(Totp.stepOf(code, SECRET, seconds * 1_000, 0)).contains(seconds / 30);
    }

    /** RFC 4226 appendix D. */
    @ParameterizedTest
    @CsvSource({"0, 755224", "1, 287082", "2, 359152", "3, 969429", "4, 338314", "9, 520489"})
    void codes_of_counters_are_those_of_the_rfc(long counter, String code) {
        assertThat(Totp.code(SECRET, counter)).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({"98, false", "99, true", "100, true", "101, true", "102, false"})
    void code_of_the_step_before_or_after_counts_and_no_other(long step, boolean counts) {
        assertThat(Totp.stepOf(Totp.code(SECRET, step), SECRET, 100 * 30_000 + 29_999, 0)
                        .isPresent())
                .isEqualTo(counts);
    }

    @Test
    void no_step_counts_that_is_not_newer_than_the_last_one() {
        long now = 100 * 30_000;
        assertThat(Totp.stepOf(Totp.code(SECRET, 99), SECRET, now, 99)).isEmpty();
        assertThat(Totp.stepOf(Totp.code(SECRET, 99), SECRET, now, 100)).isEmpty();
        assertThat(Totp.stepOf(Totp.code(SECRET, 100), SECRET, now, 99)).contains(100L);
    }

    /** RFC 4648 section 10, without the padding. */
    @ParameterizedTest
    @CsvSource({"'', ''", "f, MY", "fo, MZXQ", "foo, MZXW6", "foob, MZXW6YQ", "fooba, MZXW6YTB", "foobar, MZXW6YTBOI"})
    void base32_is_that_of_the_rfc(String text, String encoded) {
        assertThat(Base32.encode(text.getBytes(StandardCharsets.US_ASCII))).isEqualTo(encoded);
    }
}
