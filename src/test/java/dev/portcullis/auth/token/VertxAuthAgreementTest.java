package dev.portcullis.auth.token;

import static dev.portcullis.auth.token.Tokens.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.key.KeyOrigin.OfPublicKey;
import dev.portcullis.auth.key.SignatureAlgorithm;
import dev.portcullis.auth.key.TestKeys;
import dev.portcullis.protocol.Role;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that another implementation signs. */
class VertxAuthAgreementTest {
    private static Vertx vertx;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "PS256", "ES256", "EdDSA"})
    void token_that_vertx_auth_signs_is_valid(String algorithm) throws Exception {
        TestKeys keys = TestKeys.of(algorithm, "k");
        JWTAuth signer = JWTAuth.create(
                vertx,
                new JWTAuthOptions()
                        .addPubSecKey(
                                new PubSecKeyOptions().setAlgorithm(algorithm).setBuffer(pem(keys))));
        String token = signer.generateToken(
                new JsonObject().put("sub", "ann").put("iat", Tokens.in(0)).put("exp", Tokens.in(60)),
                new JWTOptions().setAlgorithm(algorithm).setNoTimestamp(true));
        IssuerConfig issuer = new IssuerConfig(
                Set.of(SignatureAlgorithm.of(algorithm).orElseThrow()),
                new OfPublicKey(keys.pair().getPublic()),
                Optional.empty(),
                Optional.empty(),
                "",
                Role.ADMIN,
                true,
                ClaimNames.STANDARD,
                Map.of(),
                false);

        assertThat(Tokens.verifier(vertx, Tokens.config(issuer), () -> NOW)
                        .verify(token)
                        .await(30, TimeUnit.SECONDS))
                .isInstanceOf(TokenVerification.Valid.class);
    }

    private static String pem(TestKeys keys) {
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(keys.pair().getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }
}
