package dev.portcullis.client.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.client.bench.BenchTokens.HmacTokens;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BenchTokensTest {
    private static final String SECRET = "a secret of at least thirty-two bytes";

    @Test
    void token_is_accepted_by_another_implementation_with_the_secret() throws Exception {
        HmacTokens tokens = new HmacTokens(
                SECRET.getBytes(StandardCharsets.UTF_8), Optional.of("bench"), Optional.of("chat"), "admin");
        Vertx vertx = Vertx.vertx();
        try {
            User user = verifier(vertx)
                    .authenticate(new TokenCredentials(tokens.tokenFor("bench-3", List.of("bench-*"))))
                    .await(30, TimeUnit.SECONDS);
            JsonObject claims = user.principal();
            JsonObject times = user.attributes();

            assertThat(claims.getString("sub")).isEqualTo("bench-3");
            assertThat(claims.getString("role")).isEqualTo("admin");
            assertThat(claims.getJsonArray("rooms")).containsExactly("bench-*");
            assertThat(times.getLong("exp") - times.getLong("iat")).isEqualTo(4 * 3_600);
        } finally {
            vertx.close().await(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void two_tokens_have_different_ids() {
        HmacTokens tokens =
                new HmacTokens(SECRET.getBytes(StandardCharsets.UTF_8), Optional.empty(), Optional.empty(), "member");

        assertThat(tokens.tokenFor("bench-1", List.of())).isNotEqualTo(tokens.tokenFor("bench-1", List.of()));
    }

    private static JWTAuth verifier(Vertx vertx) {
        return JWTAuth.create(
                vertx,
                new JWTAuthOptions()
                        .addPubSecKey(
                                new PubSecKeyOptions().setAlgorithm("HS256").setBuffer(SECRET))
                        .setJWTOptions(new JWTOptions().setIssuer("bench").addAudience("chat")));
    }
}
