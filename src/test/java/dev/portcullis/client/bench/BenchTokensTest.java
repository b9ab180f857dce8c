package dev.portcullis.client.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.token.Tokens;
import dev.portcullis.client.bench.BenchTokens.HmacTokens;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BenchTokensTest {
    private static final String SECRET = "a secret of at least thirty-two bytes";

    @Test
    void token_has_the_claims_of_the_run_and_the_signature_of_the_secret() {
        HmacTokens tokens = new HmacTokens(
                SECRET.getBytes(StandardCharsets.UTF_8), Optional.of("bench"), Optional.of("chat"), "admin");

        String token = tokens.tokenFor("bench-3", List.of("bench-*"));

        String claims = decoded(token.split("\\.", -1)[1]);
        assertThat(token).isEqualTo(Tokens.signed(Tokens.HEADER, claims, SECRET));
        JsonObject read = new JsonObject(claims);
        assertThat(read.fieldNames()).containsExactly("sub", "role", "jti", "iat", "exp", "rooms", "iss", "aud");
        assertThat(read.getString("sub")).isEqualTo("bench-3");
        assertThat(read.getString("role")).isEqualTo("admin");
        assertThat(read.getJsonArray("rooms")).containsExactly("bench-*");
        assertThat(read.getString("iss")).isEqualTo("bench");
        assertThat(read.getString("aud")).isEqualTo("chat");
        assertThat(read.getLong("exp") - read.getLong("iat")).isEqualTo(4 * 3_600);
    }

    @Test
    void two_tokens_have_different_ids() {
        HmacTokens tokens =
                new HmacTokens(SECRET.getBytes(StandardCharsets.UTF_8), Optional.empty(), Optional.empty(), "member");

        assertThat(tokens.tokenFor("bench-1", List.of())).isNotEqualTo(tokens.tokenFor("bench-1", List.of()));
    }

    private static String decoded(String part) {
        return new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
    }
}
