package dev.portcullis.auth.token;

import static dev.portcullis.auth.token.Tokens.HEADER;
import static dev.portcullis.auth.token.Tokens.NOW;
import static dev.portcullis.auth.token.Tokens.SECRET;
import static dev.portcullis.auth.token.Tokens.base64;
import static dev.portcullis.auth.token.Tokens.claims;
import static dev.portcullis.auth.token.Tokens.in;
import static dev.portcullis.auth.token.Tokens.signed;
import static dev.portcullis.kit.Await.done;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens of forgers and careless issuers (RFC 8725), one row each. */
@ExtendWith(VertxExtension.class)
class TokenAttackTest {
    private static final String GOOD = signed(HEADER, claims(""));

    private static Vertx vertx;
    private static TokenVerifier verifier;

    @BeforeAll
    static void start(Vertx shared) throws Exception {
        vertx = shared;
        verifier = Tokens.verifier(vertx, Tokens.config(Tokens.issuer()), () -> NOW);
    }

    static Stream<Arguments> attacks() {
        String good = claims("");
        String body = base64(HEADER.getBytes(UTF_8)) + "." + base64(good.getBytes(UTF_8));
        String signature = GOOD.substring(GOOD.lastIndexOf('.') + 1);
        return Stream.of(
                arguments("nothing", ""),
                arguments("dots", ".."),
                arguments("only dots", ".".repeat(4_000)),
                arguments("signature left out", body),
                arguments("signature emptied", body + "."),
                arguments("a fourth part", GOOD + "." + signature),
                arguments("a space in front", " " + GOOD),
                arguments("a line feed behind", GOOD + "\n"),
                arguments("none in two segments", unsigned("none")),
                arguments("none in two segments and a dot", unsigned("none") + "."),
                arguments("none, signed", signed("{\"alg\":\"none\"}", good)),
                arguments("None", signed("{\"alg\":\"None\"}", good)),
                arguments("NONE", signed("{\"alg\":\"NONE\"}", good)),
                arguments("nOnE, unsigned", unsigned("nOnE") + "." + signature),
                arguments("none with a space", signed("{\"alg\":\"none \"}", good)),
                arguments("hs256", signed("{\"alg\":\"hs256\"}", good)),
                arguments("HS512 over our key", signed("{\"alg\":\"HS512\"}", good)),
                arguments("RS256 over our key", signed("{\"alg\":\"RS256\"}", good)),
                arguments("no algorithm", signed("{\"typ\":\"JWT\"}", good)),
                arguments("algorithm null", signed("{\"alg\":null}", good)),
                arguments("algorithms in a list", signed("{\"alg\":[\"HS256\"]}", good)),
                arguments("two algorithms", signed("{\"alg\":\"none\",\"alg\":\"HS256\"}", good)),
                arguments("a critical extension", signed("{\"alg\":\"HS256\",\"crit\":[\"exp\"]}", good)),
                arguments("no critical extension", signed("{\"alg\":\"HS256\",\"crit\":[]}", good)),
                arguments("unencoded payload", signed("{\"alg\":\"HS256\",\"b64\":false,\"crit\":[\"b64\"]}", good)),
                arguments("unencoded payload, not critical", signed("{\"alg\":\"HS256\",\"b64\":false}", good)),
                arguments("a b64 that says nothing new", signed("{\"alg\":\"HS256\",\"b64\":true}", good)),
                arguments("compressed claims", signed("{\"alg\":\"HS256\",\"zip\":\"DEF\"}", good)),
                arguments("a token in a token", signed("{\"alg\":\"HS256\",\"cty\":\"JWT\"}", good)),
                arguments("another content", signed("{\"alg\":\"HS256\",\"cty\":null}", good)),
                arguments("a logout token", signed("{\"alg\":\"HS256\",\"typ\":\"logout+jwt\"}", good)),
                arguments("a type that is no text", signed("{\"alg\":\"HS256\",\"typ\":1}", good)),
                arguments("a key id that is no text", signed("{\"alg\":\"HS256\",\"kid\":{}}", good)),
                arguments("a header that is a list", signed("[\"HS256\"]", good)),
                arguments("a header with a comment", signed("{\"alg\":\"HS256\"/**/}", good)),
                arguments("a header with more behind", signed(HEADER + "{}", good)),
                arguments("a header in UTF-16", utf16Header(good)),
                arguments("claims that are not UTF-8", latin1Claims()),
                arguments("another secret", signed(HEADER, good, "another secret, also of 32 bytes or so")),
                arguments(
                        "an empty secret's embedded key",
                        signed(embeddedKey(), good, "attacker's own key of 32 bytes..")),
                arguments("kid as a path", signed("{\"alg\":\"HS256\",\"kid\":\"../../dev/null\"}", good, "\0")),
                arguments("kid as a query", signed("{\"alg\":\"HS256\",\"kid\":\"x' UNION SELECT 'k\"}", good, "k")),
                arguments("signature of another token", body + "." + base64(Tokens.hmac("x.y", SECRET))),
                arguments("padding", GOOD + "="),
                arguments("plain base64", GOOD.substring(0, GOOD.lastIndexOf('.') + 1) + "+/" + signature.substring(2)),
                arguments("a signature cut short", GOOD.substring(0, GOOD.length() - 4)),
                arguments("too large", signed(HEADER, claims(",\"x\":\"" + "y".repeat(3_000) + "\""))),
                arguments("enormous", "a".repeat(1_000_000)),
                arguments("claims nested deeply", signed(HEADER, claims(",\"x\":" + "[".repeat(11) + "]".repeat(11)))),
                arguments("two subjects", signed(HEADER, claims(",\"sub\":\"eve\""))),
                arguments("two of an unknown claim, nested", signed(HEADER, claims(",\"x\":{\"a\":1,\"a\":2}"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void attack_is_an_invalid_token(String name, String token) throws Exception {
        assertThat(verify(token)).matches(Tokens::isInvalid, "invalid");
    }

    static Stream<Arguments> times() {
        return Stream.of(
                arguments("no exp", "{\"sub\":\"ann\"}"),
                arguments("exp null", "{\"sub\":\"ann\",\"exp\":null}"),
                arguments("exp as a text", "{\"sub\":\"ann\",\"exp\":\"" + in(60) + "\"}"),
                arguments("exp NaN", "{\"sub\":\"ann\",\"exp\":NaN}"),
                arguments("exp infinite", "{\"sub\":\"ann\",\"exp\":1e400}"),
                arguments("exp enormous", "{\"sub\":\"ann\",\"exp\":1e300}"),
                arguments("exp far in the past", "{\"sub\":\"ann\",\"exp\":-1e300}"),
                arguments("exp of 33 digits", "{\"sub\":\"ann\",\"exp\":" + "9".repeat(33) + "}"),
                arguments("exp in milliseconds", "{\"sub\":\"ann\",\"exp\":" + (NOW + 60_000) + "}"),
                arguments("exp in a list", "{\"sub\":\"ann\",\"exp\":[" + in(60) + "]}"),
                arguments("exp true", "{\"sub\":\"ann\",\"exp\":true}"),
                arguments("lives too long", "{\"sub\":\"ann\",\"iat\":" + in(0) + ",\"exp\":" + in(86_401) + "}"),
                arguments("began long ago", "{\"sub\":\"ann\",\"iat\":" + in(-86_400) + ",\"exp\":" + in(1) + "}"),
                arguments("iat 0", "{\"sub\":\"ann\",\"iat\":0,\"exp\":" + in(1) + "}"),
                arguments("iat infinite", "{\"sub\":\"ann\",\"iat\":-1e400,\"exp\":" + in(1) + "}"),
                arguments("iat ahead", "{\"sub\":\"ann\",\"iat\":" + in(3) + ",\"exp\":" + in(60) + "}"),
                arguments("iat a text", "{\"sub\":\"ann\",\"iat\":\"0\",\"exp\":" + in(60) + "}"),
                arguments("nbf ahead", "{\"sub\":\"ann\",\"nbf\":" + in(3) + ",\"exp\":" + in(60) + "}"),
                arguments("nbf null", "{\"sub\":\"ann\",\"nbf\":null,\"exp\":" + in(60) + "}"),
                arguments("long expired and too long", "{\"sub\":\"ann\",\"iat\":0,\"exp\":" + in(-60) + "}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("times")
    void token_without_a_sane_lifetime_is_invalid(String name, String claims) throws Exception {
        assertThat(verify(signed(HEADER, claims))).matches(Tokens::isInvalid, "invalid");
    }

    private static String unsigned(String algorithm) {
        String header = "{\"alg\":\"" + algorithm + "\"}";
        return base64(header.getBytes(UTF_8)) + "." + base64(claims("").getBytes(UTF_8));
    }

    private static String embeddedKey() {
        String key = base64("attacker's own key of 32 bytes..".getBytes(UTF_8));
        return "{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"alg\":\"HS256\",\"k\":\"" + key + "\"}}";
    }

    private static String utf16Header(String claims) {
        String body = base64(HEADER.getBytes(UTF_16BE)) + "." + base64(claims.getBytes(UTF_8));
        return body + "." + base64(Tokens.hmac(body, SECRET));
    }

    private static String latin1Claims() {
        String body = base64(HEADER.getBytes(UTF_8)) + "."
                + base64(claims(",\"username\":\"\u00e4\"").getBytes(ISO_8859_1));
        return body + "." + base64(Tokens.hmac(body, SECRET));
    }

    private static TokenVerification verify(String token) throws Exception {
        return done(verifier.verify(token));
    }
}
