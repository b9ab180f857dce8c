package dev.portcullis.auth;

import static dev.portcullis.auth.Tokens.HEADER;
import static dev.portcullis.auth.Tokens.NOW;
import static dev.portcullis.auth.Tokens.SECRET;
import static dev.portcullis.auth.Tokens.base64;
import static dev.portcullis.auth.Tokens.claims;
import static dev.portcullis.auth.Tokens.config;
import static dev.portcullis.auth.Tokens.in;
import static dev.portcullis.auth.Tokens.issuer;
import static dev.portcullis.auth.Tokens.signed;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.portcullis.config.Secret;
import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.Role;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenVerifierTest {
    private static final String GOOD = signed(HEADER, claims(""));

    private static Vertx vertx;

    private final SettableClock clock = new SettableClock(NOW);

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() throws Exception {
        vertx.close().await(5, TimeUnit.SECONDS);
    }

    @Test
    void a_token_of_the_issuer_is_proven() throws Exception {
        assertThat(proven(GOOD).userId().value()).isEqualTo("ann");
    }

    @Test
    void what_the_mint_makes_is_proven_with_all_that_was_asked_for() throws Exception {
        IssuerConfig issuer = new IssuerConfig(
                Set.of("HS256"), new Secret(SECRET), Optional.of("us"), Optional.of("chat"), "", Role.ADMIN, true);
        String token = new TokenMint(issuer, clock)
                .mint("ann", Role.MODERATOR, List.of("team-*"), Optional.of("Änn"), java.time.Duration.ofMinutes(5));

        TokenClaims claims = verify(token, config(issuer)).fold(proven -> proven, why -> {
            throw new AssertionError(why);
        });

        assertThat(claims.userId().value()).isEqualTo("ann");
        assertThat(claims.issuer()).isEqualTo("us");
        assertThat(claims.role()).isEqualTo(Role.MODERATOR);
        assertThat(claims.rooms()).containsExactly("team-*");
        assertThat(claims.username()).contains("Änn");
        assertThat(claims.issuedAt()).isEqualTo(NOW);
        assertThat(claims.expiresAt()).isEqualTo(NOW + 300_000);
        assertThat(claims.tokenId()).hasSize(36);
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
    void an_attack_is_an_invalid_token(String name, String token) throws Exception {
        assertThat(verify(token)).isEqualTo(Proof.unproven(AuthRefusal.INVALID_TOKEN));
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
    void a_token_without_an_honest_lifetime_is_invalid(String name, String claims) throws Exception {
        assertThat(verify(signed(HEADER, claims))).isEqualTo(Proof.unproven(AuthRefusal.INVALID_TOKEN));
    }

    @Test
    void a_token_ends_to_the_millisecond_and_is_then_called_expired() throws Exception {
        String token = signed(HEADER, "{\"sub\":\"ann\",\"exp\":" + in(60) + ".5}");
        TokenVerifier verifier = open(config(issuer()));

        clock.set(NOW + 60_499);
        assertThat(verifier.verify(token).await(5, TimeUnit.SECONDS)).isInstanceOf(Proof.Proven.class);
        clock.set(NOW + 60_500);
        assertThat(verifier.verify(token).await(5, TimeUnit.SECONDS))
                .as("remembered by its hash")
                .isEqualTo(Proof.unproven(AuthRefusal.EXPIRED_TOKEN));
        assertThat(verify(token)).as("seen for the first time").isEqualTo(Proof.unproven(AuthRefusal.EXPIRED_TOKEN));
    }

    @Test
    void only_a_right_signature_makes_a_token_expired() throws Exception {
        String forged = signed(HEADER, claims(""), "another secret, also of 32 bytes or so");

        clock.advance(3_600_000);

        assertThat(verify(GOOD)).isEqualTo(Proof.unproven(AuthRefusal.EXPIRED_TOKEN));
        assertThat(verify(forged)).isEqualTo(Proof.unproven(AuthRefusal.INVALID_TOKEN));
    }

    @Test
    void our_clock_counts_and_no_other() throws Exception {
        clock.set(1_000_000);
        String token = signed(HEADER, "{\"sub\":\"ann\",\"iat\":1000,\"exp\":1060}");

        assertThat(verify(token)).as("expired by the clock on the wall").isInstanceOf(Proof.Proven.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"HS256\"}",
                "{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}",
                "{\"alg\":\"HS256\",\"typ\":\"application/at+JWT\"}",
                "{\"alg\":\"HS256\",\"typ\":\"jwt\",\"kid\":\"2026\"}",
                "{\"alg\":\"HS256\",\"jku\":\"http://127.0.0.1:1/keys\",\"x5c\":[\"AAAA\"],\"jwk\":{\"kty\":\"oct\"}}"
            })
    void what_a_header_may_say_besides_changes_nothing(String header) throws Exception {
        assertThat(verify(signed(header, claims("")))).isInstanceOf(Proof.Proven.class);
    }

    @Test
    void no_token_with_one_character_changed_is_proven() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        TokenVerifier verifier = open(config(issuer()));
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ é";
        for (int i = 0; i < 5_000; i++) {
            StringBuilder token = new StringBuilder(GOOD);
            int place = random.nextInt(token.length());
            token.setCharAt(place, alphabet.charAt(random.nextInt(alphabet.length())));
            if (!token.toString().equals(GOOD)) {
                assertThat(verifier.verify(token.toString()).await(5, TimeUnit.SECONDS))
                        .as("seed %d, step %d, place %d", seed, i, place)
                        .isEqualTo(Proof.unproven(AuthRefusal.INVALID_TOKEN));
            }
        }
    }

    @Test
    void an_issuer_signs_for_itself_only() throws Exception {
        IssuerConfig ours = named("ours", "first secret, of 32 bytes or even more", "a:");
        IssuerConfig theirs = named("theirs", "other secret, of 32 bytes or even more", "b:");
        AuthConfig both = config(ours, theirs);
        String claims = claims(",\"iss\":\"ours\"");

        assertThat(verify(signed(HEADER, claims, theirs.secret().reveal()), both))
                .isEqualTo(Proof.unproven(AuthRefusal.INVALID_TOKEN));
        assertThat(userOf(signed(HEADER, claims, ours.secret().reveal()), both)).isEqualTo("a:ann");
        assertThat(userOf(
                        signed(
                                HEADER,
                                claims(",\"iss\":\"theirs\""),
                                theirs.secret().reveal()),
                        both))
                .isEqualTo("b:ann");
    }

    @Test
    void both_secrets_of_an_issuer_are_good_while_one_replaces_the_other() throws Exception {
        IssuerConfig old = named("us", "first secret, of 32 bytes or even more", "");
        IssuerConfig young = named("us", "other secret, of 32 bytes or even more", "");
        String claims = claims(",\"iss\":\"us\"");

        assertThat(userOf(signed(HEADER, claims, old.secret().reveal()), config(old, young)))
                .isEqualTo("ann");
        assertThat(userOf(signed(HEADER, claims, young.secret().reveal()), config(old, young)))
                .isEqualTo("ann");
    }

    @Test
    void a_key_that_would_let_unsigned_tokens_pass_does_not_open() {
        IssuerConfig keyless = new IssuerConfig(
                Set.of(), new Secret(SECRET), Optional.empty(), Optional.empty(), "", Role.ADMIN, true);

        assertThatThrownBy(() -> IssuerKey.open(vertx, keyless).await(5, TimeUnit.SECONDS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("unsigned");
    }

    @Test
    void the_least_used_proven_token_is_forgotten_first() {
        ProvenTokens tokens = new ProvenTokens(2);
        TokenClaims claims = TestClaims.of("ann");
        tokens.keep("a", claims);
        tokens.keep("b", claims);
        tokens.find("a");
        tokens.keep("c", claims);

        assertThat(tokens.find("a")).isPresent();
        assertThat(tokens.find("b")).isEmpty();
        assertThat(tokens.find("c")).isPresent();
    }

    private static IssuerConfig named(String name, String secret, String prefix) {
        return new IssuerConfig(
                Set.of("HS256"), new Secret(secret), Optional.of(name), Optional.empty(), prefix, Role.ADMIN, true);
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

    private TokenVerifier open(AuthConfig config) throws Exception {
        return TokenVerifier.open(vertx, config, clock).await(5, TimeUnit.SECONDS);
    }

    private Proof verify(String token) throws Exception {
        return verify(token, config(issuer()));
    }

    private Proof verify(String token, AuthConfig config) throws Exception {
        return open(config).verify(token).await(5, TimeUnit.SECONDS);
    }

    private TokenClaims proven(String token) throws Exception {
        return verify(token).fold(claims -> claims, why -> {
            throw new AssertionError(why);
        });
    }

    private String userOf(String token, AuthConfig config) throws Exception {
        return verify(token, config).fold(claims -> claims.userId().value(), why -> {
            throw new AssertionError(why);
        });
    }
}
