package dev.portcullis.auth.key;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.Secret;
import dev.portcullis.config.crypto.Base64Url;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.Credentials;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.security.Key;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands between a token and vertx-auth-jwt. */
class SignatureCheckTest {
    private static final String SECRET = "a secret of this test that is long enough for each HMAC, 64 bytes";
    private static final int RSA_BYTES = 256;
    private static final String MODULUS =
            "2jH6EZX8VyzlZWE1MebiKuD57-zkc7nIeMdvTgdM6PZuvd9WFILUXhTE3o1twqL7RqvII1Sr47mhpHnlJwg28MhogHndXLq7"
                    + "2YbSnyASKICMNHJVdenitlsGoud42Gk2ZEdHY4apRvaZG_Em47p4QJKnp4YasOVdltLSDKIE8Pk8xD1wwEsNNuD9JEnidnsF"
                    + "DOJWDtgpaS17qQgfpIVE4F97FXkUaywwa8enpW6lcL0NJ5kNF97PDxUDa7ivwqF11cvZ3mYci3y7p0vraRwAaibZ6Z1KoG0G"
                    + "BW4bBbtWO28QKPrH0-i0BWYXeHxCom1RoU7v5SDBnu40efr_JUvylQ";
    private static final String ENDS_WITH_ZERO =
            "kIhgIlQNDmMtrfaS7RyMvnWcCTl36WZTHG6ukysx5lgwLb8JCxduW4Fj7s1NP5KiPvr2YoInXINIhx6neEao1TYOwLeVyGCP"
                    + "zb9drtRkk3NvnBj_qEmdO-XU9UhefqBcA3FLgRpP18XEd8LvXwQNFrXXo-HLIYOccjPtP2OIXsgD5Qr5RngVbpnA4Ckuva5q"
                    + "y2Om0AJ58DBKsK196CxAUyVGwKcGLnXFF9S5NwbxSXUQTQFnKTyOwYP-6OIgMiGdBJgYKrgbZVCJpqxq6gmwb7GlMgQr7llk"
                    + "QoY9kM1cOaymNFqJ7wUFKOMA0gIpOEmzZeCPSZ8M7-S5lTqBdTdNAA";

    /** It stands in for one that was given a key and did not load it. */
    private static final JWTAuth WITHOUT_KEY = JWTAuth.create(null, new JWTAuthOptions());

    @Test
    void library_without_a_key_accepts_an_unsigned_token_and_never_serves() {
        String unsigned = part("{\"alg\":\"RS256\"}") + "." + part("{\"sub\":\"ann\"}");
        assertThat(WITHOUT_KEY.authenticate(new TokenCredentials(unsigned)).succeeded())
                .as("why each key is tried before it serves")
                .isTrue();

        assertThat(SignatureCheck.of(SignatureAlgorithm.RS256, RSA_BYTES, WITHOUT_KEY))
                .isEmpty();
    }

    @Test
    void library_that_accepts_everything_never_serves() {
        assertThat(SignatureCheck.of(
                        SignatureAlgorithm.RS256,
                        RSA_BYTES,
                        answering(() -> Future.succeededFuture(User.fromName("ann")))))
                .isEmpty();
    }

    @Test
    void library_that_answers_later_never_serves() {
        assertThat(SignatureCheck.of(
                        SignatureAlgorithm.RS256,
                        RSA_BYTES,
                        answering(() -> Promise.<User>promise().future())))
                .isEmpty();
    }

    @Test
    void library_that_refuses_everything_for_another_reason_never_serves() {
        assertThat(SignatureCheck.of(
                        SignatureAlgorithm.RS256, RSA_BYTES, answering(() -> Future.failedFuture("no such key"))))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            names = {"RS256"},
            mode = EnumSource.Mode.EXCLUDE)
    void library_with_the_key_of_another_algorithm_never_serves(SignatureAlgorithm other) {
        JWTAuth library = JwtLibrary.load(other, key(other));

        assertThat(SignatureCheck.of(SignatureAlgorithm.RS256, RSA_BYTES, library))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void key_that_the_library_can_not_load_never_serves(SignatureAlgorithm algorithm) {
        Key other = key(algorithm.family() == KeyFamily.ED25519 ? SignatureAlgorithm.RS256 : SignatureAlgorithm.EDDSA);

        assertThat(SignatureCheck.of(algorithm, other)).isEmpty();
    }

    /** It has a name of its own in its encoding (RFC 4055 section 1.2), which the library does not know. */
    @Test
    void rsa_key_for_pss_alone_never_serves() throws Exception {
        PublicKey key =
                KeyPairGenerator.getInstance("RSASSA-PSS").generateKeyPair().getPublic();

        assertThat(SignatureCheck.of(SignatureAlgorithm.PS256, key)).isEmpty();
        assertThat(PublicKeyRules.problem(key)).isPresent();
    }

    /** The library fills it up with a zero. Then a token has two texts, and a revocation knows one of them. */
    @Test
    void signature_without_the_zero_at_its_end_is_invalid() {
        SignatureCheck check =
                SignatureCheck.of(SignatureAlgorithm.RS256, rsa(MODULUS)).orElseThrow();
        String text = part("{\"alg\":\"RS256\"}") + "." + part("{\"jti\":\"163\"}");
        byte[] signature = Base64Url.decode(ENDS_WITH_ZERO).orElseThrow();

        assertThat(check.isValid(new SignedText(text, signature))).isTrue();
        assertThat(check.isValid(new SignedText(text, Arrays.copyOf(signature, RSA_BYTES - 1))))
                .isFalse();
    }

    /** The library throws instead of refusing. */
    @Test
    void signed_claims_of_types_that_the_library_does_not_read_are_invalid() {
        SignatureCheck check = SignatureCheck.of(SignatureAlgorithm.HS256, key(SignatureAlgorithm.HS256))
                .orElseThrow();

        assertThat(check.isValid(signed("nbf", 1))).isTrue();
        assertThat(check.isValid(signed("nbf", "tomorrow"))).isFalse();
    }

    /** The library would take other numbers than those that were found to be in range. */
    @Test
    void signature_in_the_form_of_der_with_the_length_of_two_numbers_is_invalid() throws Exception {
        DerOfTwoNumbers forged = DerOfTwoNumbers.of(part("{\"alg\":\"ES256\"}") + "." + part("{\"sub\":\"ann\"}"));
        SignatureCheck check =
                SignatureCheck.of(SignatureAlgorithm.ES256, forged.key()).orElseThrow();
        assertThat(forged.isSignature()).isTrue();
        assertThat(forged.inDer().signature()).hasSize(64);

        assertThat(check.isValid(forged.inPlain())).isTrue();
        assertThat(check.isValid(forged.inDer())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HS256", "RS256", "PS256", "ES256", "EdDSA"})
    void threads_share_a_check(String name) throws Exception {
        SignatureAlgorithm algorithm = SignatureAlgorithm.of(name).orElseThrow();
        TestKeys keys = TestKeys.of(name, "k");
        SignatureCheck check = SignatureCheck.of(
                        algorithm,
                        algorithm.family() == KeyFamily.SECRET
                                ? key(algorithm)
                                : keys.pair().getPublic())
                .orElseThrow();
        List<SignedText> genuine = new ArrayList<>();
        List<SignedText> forged = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            SignedText signed = algorithm.family() == KeyFamily.SECRET ? signed("jti", i) : signed(keys, name, i);
            genuine.add(signed);
            String header = signed.token().substring(0, signed.token().indexOf('.') + 1);
            forged.add(new SignedText(header + part("{\"jti\":99}"), signed.signature()));
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Boolean>> runs = List.of(
                    () -> genuine.stream().allMatch(check::isValid),
                    () -> forged.stream().noneMatch(check::isValid),
                    () -> genuine.stream().allMatch(check::isValid),
                    () -> forged.stream().noneMatch(check::isValid));
            for (java.util.concurrent.Future<Boolean> run : threads.invokeAll(runs)) {
                assertThat(run.get(30, TimeUnit.SECONDS)).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void signing_key_adds_nothing_to_the_claims() {
        String token = new SigningKey(new Secret(SECRET)).sign(claims("sub", "ann"));

        assertThat(token)
                .startsWith(part("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + part("{\"sub\":\"ann\"}") + ".");
    }

    private static SignedText signed(String claim, Object value) {
        return read(new SigningKey(new Secret(SECRET)).sign(claims(claim, value)));
    }

    private static SignedText signed(TestKeys keys, String algorithm, int id) {
        return read(keys.token(algorithm, "{\"jti\":" + id + "}"));
    }

    private static SignedText read(String token) {
        int dot = token.lastIndexOf('.');
        return new SignedText(
                token.substring(0, dot),
                Base64Url.decode(token.substring(dot + 1)).orElseThrow());
    }

    private static Key key(SignatureAlgorithm algorithm) {
        return algorithm.family() == KeyFamily.SECRET
                ? new SecretKeySpec(SECRET.getBytes(UTF_8), "HMAC")
                : TestKeys.of(algorithm.id(), "k").pair().getPublic();
    }

    private static PublicKey rsa(String modulus) {
        return JsonDocument.parse(("{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"" + modulus + "\"}").getBytes(US_ASCII))
                .flatMap(jwk -> JsonWebKey.read(jwk, Set.of(SignatureAlgorithm.RS256)))
                .orElseThrow()
                .key();
    }

    private static Map<String, Object> claims(String name, Object value) {
        return new HashMap<>(Map.of(name, value));
    }

    private static String part(String json) {
        return TestKeys.base64(json.getBytes(US_ASCII));
    }

    private static JWTAuth answering(Supplier<Future<User>> answer) {
        return new JWTAuth() {
            @Override
            public Future<User> authenticate(Credentials credentials) {
                return answer.get();
            }

            @Override
            public String generateToken(JsonObject claims, JWTOptions options) {
                throw new AssertionError("asked to sign");
            }

            @Override
            public String generateToken(JsonObject claims) {
                throw new AssertionError("asked to sign");
            }
        };
    }
}
