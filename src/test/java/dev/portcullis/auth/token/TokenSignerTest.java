package dev.portcullis.auth.token;

import static dev.portcullis.auth.token.Tokens.NOW;
import static dev.portcullis.auth.token.Tokens.SECRET;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Role;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The bytes that clients see. */
class TokenSignerTest {
    private static final IssuerConfig ISSUER = Tokens.issuer(Optional.of("us"), Optional.of("chat"));
    private static final TokenSigner SIGNER = new TokenSigner(ISSUER, () -> NOW + 123);

    @Test
    void token_has_the_claims_in_their_order_and_no_other() {
        String token = SIGNER.mint("ann", Role.MEMBER, List.of("a", "b-*"), Optional.of("Änn"), Duration.ofMinutes(5));

        String claims = claims(token);
        assertThat(claims)
                .isEqualTo(
                        "{\"sub\":\"ann\",\"role\":\"member\",\"rooms\":[\"a\",\"b-*\"],\"username\":\"Änn\",\"jti\":\""
                                + id(claims) + "\",\"iat\":" + NOW / 1_000 + ",\"exp\":" + (NOW / 1_000 + 300)
                                + ",\"iss\":\"us\",\"aud\":\"chat\"}");
        assertThat(token).isEqualTo(Tokens.signed(Tokens.HEADER, claims, SECRET));
    }

    @Test
    void claims_of_each_kind_are_written_as_they_are() {
        Map<String, Object> given = new LinkedHashMap<>();
        given.put("sub", "a\"b\\c/d\u0001\u2028\ud83d\ude00");
        given.put("jti", "j");
        given.put("iat", new BigDecimal("1795132800.120"));

        assertThat(claims(SIGNER.sign(given, Duration.ofSeconds(-1))))
                .isEqualTo(
                        "{\"sub\":\"a\\\"b\\\\c/d\\u0001\u2028\ud83d\ude00\",\"jti\":\"j\",\"iat\":1795132800.120,\"exp\":"
                                + (NOW / 1_000 - 1) + ",\"iss\":\"us\",\"aud\":\"chat\"}");
    }

    private static String claims(String token) {
        return new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), UTF_8);
    }

    private static String id(String claims) {
        return claims.replaceAll(".*\"jti\":\"([0-9a-f-]{36})\".*", "$1");
    }
}
