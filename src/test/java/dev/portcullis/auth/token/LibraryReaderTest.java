package dev.portcullis.auth.token;

import static dev.portcullis.auth.token.Tokens.HEADER;
import static dev.portcullis.auth.token.Tokens.NOW;
import static dev.portcullis.auth.token.Tokens.claims;
import static dev.portcullis.auth.token.Tokens.config;
import static dev.portcullis.auth.token.Tokens.in;
import static dev.portcullis.auth.token.Tokens.issuer;
import static dev.portcullis.auth.token.Tokens.signed;
import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.portcullis.auth.key.SignatureAlgorithm;
import dev.portcullis.auth.key.TestKeys;
import dev.portcullis.kit.SelfSigned;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** vertx-auth-jwt reads a token a second time, and must make the same of it as our reader. */
@ExtendWith(VertxExtension.class)
class LibraryReaderTest {
    private static Vertx vertx;

    @BeforeAll
    static void start(Vertx shared) {
        vertx = shared;
    }

    static Stream<Arguments> unusual() {
        return Stream.of(
                arguments("half a surrogate pair", HEADER, claims(",\"x\":\"\\ud800\"")),
                arguments("the other half", HEADER, claims(",\"x\":[\"\\udc00\"]")),
                arguments("a zero in a text", HEADER, claims(",\"x\":\"\\u0000\"")),
                arguments("the deepest list", HEADER, claims(",\"x\":" + "[".repeat(9) + "]".repeat(9))),
                arguments("the deepest object", HEADER, claims(",\"x\":" + "{\"a\":".repeat(9) + "1" + "}".repeat(9))),
                arguments("a number beyond a double", HEADER, claims(",\"x\":1e400")),
                arguments("a number beneath a double", HEADER, claims(",\"x\":-1e-400")),
                arguments("an enormous exponent", HEADER, claims(",\"x\":1e999999999")),
                arguments("the longest number", HEADER, claims(",\"x\":" + "9".repeat(32))),
                arguments("a negative zero", HEADER, claims(",\"x\":-0.0")),
                arguments("a long name", HEADER, claims(",\"" + "n".repeat(128) + "\":1")),
                arguments("an empty name", HEADER, claims(",\"\":1")),
                arguments("names that the library writes itself", HEADER, claims(",\"accessToken\":1,\"rootClaim\":2")),
                arguments(
                        "its claims with other types",
                        HEADER,
                        claims(",\"amr\":1,\"access_token\":[],\"leeway\":\"x\"")),
                arguments("times of other ages", HEADER, claims(",\"nbf\":-1e300")),
                arguments("a fraction of a second", HEADER, "{\"sub\":\"ann\",\"exp\":" + in(60) + ".25}"),
                arguments("a time in floating point", HEADER, "{\"sub\":\"ann\",\"exp\":1.79513286e9}"),
                arguments("null and booleans", HEADER, claims(",\"x\":null,\"y\":[true,false]")),
                arguments("white space", " { \"alg\" :\t\"HS256\" }\r\n", "\n" + claims(",\"x\" : [ 1 ]") + " "),
                arguments("an escaped name", "{\"\\u0061lg\":\"HS256\"}", claims("")),
                arguments("an escaped algorithm", "{\"alg\":\"HS\\u0032\\u00356\"}", claims("")),
                arguments("a kid where the key has none", "{\"alg\":\"HS256\",\"kid\":\"any\"}", claims("")),
                arguments("an empty kid", "{\"alg\":\"HS256\",\"kid\":\"\"}", claims("")),
                arguments("headers that name keys", "{\"alg\":\"HS256\",\"jku\":7,\"x5c\":7,\"jwk\":7}", claims("")),
                arguments("half a surrogate pair in the header", "{\"alg\":\"HS256\",\"x\":\"\\ud800\"}", claims("")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unusual")
    void genuine_token_of_an_unusual_form_is_valid(String name, String header, String claims) throws Exception {
        assertThat(verify(Tokens.verifier(vertx, config(issuer()), () -> NOW), signed(header, claims)))
                .isInstanceOf(TokenVerification.Valid.class);
    }

    /** The library's clock is that of the machine, and is not asked. */
    @Test
    void times_are_judged_by_our_clock_alone() throws Exception {
        long longAgo = 1_000_000_000_000L;
        String token = signed(HEADER, "{\"sub\":\"ann\",\"iat\":1000000000,\"exp\":1000000060}");

        assertThat(verify(Tokens.verifier(vertx, config(issuer()), () -> longAgo), token))
                .isInstanceOf(TokenVerification.Valid.class);
    }

    /** A certificate in the header would bring its own key (RFC 8725 section 2.1). */
    @Test
    void certificate_in_the_header_is_no_key() throws Exception {
        SelfSigned stranger = SelfSigned.any();
        TestKeys own = new TestKeys("k", new KeyPair(stranger.leaf().getPublicKey(), privateKey(stranger)));
        String x5c = "\"x5c\":[\""
                + Base64.getEncoder().encodeToString(stranger.leaf().getEncoded()) + "\"]";
        String token = own.signed("ES256", "{\"alg\":\"ES256\"," + x5c + "}", claims(""));

        assertThat(verify(es256(own), token)).as("signed by it").isInstanceOf(TokenVerification.Valid.class);
        assertThat(verify(es256(TestKeys.of("ES256", "k")), token))
                .isEqualTo(TokenVerification.invalid(TokenDefect.BAD_SIGNATURE));
    }

    private static TokenVerifier es256(TestKeys keys) throws Exception {
        return Tokens.verifier(vertx, config(Tokens.issuer(SignatureAlgorithm.ES256, keys)), () -> NOW);
    }

    private static PrivateKey privateKey(SelfSigned pair) throws Exception {
        String body = Files.readString(pair.key()).replaceAll("-----[A-Z ]+-----|\\s", "");
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
    }

    private static TokenVerification verify(TokenVerifier verifier, String token) throws Exception {
        return done(verifier.verify(token));
    }
}
