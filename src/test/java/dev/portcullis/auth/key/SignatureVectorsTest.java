package dev.portcullis.auth.key;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.portcullis.config.crypto.Base64Url;
import java.security.Key;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The published examples of signatures, and each of them with one bit changed. */
class SignatureVectorsTest {
    private static final String CLAIMS =
            "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    private static final String A1_KEY =
            "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    private static final String A2_MODULUS =
            "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS"
                    + "2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5"
                    + "rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmou"
                    + "dF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
    private static final String A2_SIGNATURE =
            "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-"
                    + "0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjt"
                    + "QBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUT"
                    + "I8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

    static Stream<Arguments> vectors() {
        return Stream.of(
                arguments(
                        "RFC 7515 A.1 and RFC 7519 3.1",
                        SignatureAlgorithm.HS256,
                        new SecretKeySpec(Base64Url.decode(A1_KEY).orElseThrow(), "HMAC"),
                        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + CLAIMS,
                        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
                arguments(
                        "RFC 7515 A.2",
                        SignatureAlgorithm.RS256,
                        key("{\"kty\":\"RSA\",\"n\":\"" + A2_MODULUS + "\",\"e\":\"AQAB\"}"),
                        "eyJhbGciOiJSUzI1NiJ9." + CLAIMS,
                        A2_SIGNATURE),
                arguments(
                        "RFC 7515 A.3",
                        SignatureAlgorithm.ES256,
                        key("{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
                                + "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}"),
                        "eyJhbGciOiJFUzI1NiJ9." + CLAIMS,
                        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"),
                arguments( // A.4 signs a text that is no JSON object, and therefore no token
                        "the claims of RFC 7515, signed with the key of RFC 8037 A.1 by pyca/cryptography",
                        SignatureAlgorithm.EDDSA,
                        key(
                                "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}"),
                        "eyJhbGciOiJFZERTQSJ9." + CLAIMS,
                        "_vSpFAYzQd76KTga_fKXdhrh3C0FWu4LvjqsxWd4NRyBOrKTdBeh_PkyRQtFmRgGKgdW5upgieZM67Gbz4AtAA"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("vectors")
    void published_signature_is_valid_and_a_changed_one_is_not(
            String name, SignatureAlgorithm algorithm, Key key, String text, String signature) {
        SignatureCheck check = SignatureCheck.of(algorithm, key).orElseThrow();
        byte[] bytes = Base64Url.decode(signature).orElseThrow();
        assertThat(check.isValid(new SignedText(text, bytes))).isTrue();
        assertThat(check.isValid(new SignedText(text + "A", bytes))).isFalse();
        for (int i = 0; i < bytes.length; i += 7) {
            byte[] changed = bytes.clone();
            changed[i] ^= 1;
            assertThat(check.isValid(new SignedText(text, changed)))
                    .as("byte " + i)
                    .isFalse();
        }
        for (int length : new int[] {0, 1, bytes.length - 1, bytes.length + 1, 1_024}) {
            assertThat(check.isValid(new SignedText(text, Arrays.copyOf(bytes, length))))
                    .as(length + " bytes")
                    .isFalse();
        }
    }

    private static Key key(String jwk) {
        Set<SignatureAlgorithm> all = EnumSet.allOf(SignatureAlgorithm.class);
        return JsonDocument.parse(jwk.getBytes(UTF_8))
                .flatMap(document -> JsonWebKey.read(document, all))
                .orElseThrow()
                .key();
    }
}
