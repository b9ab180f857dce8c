package dev.portcullis.auth.token;

import static dev.portcullis.auth.token.Tokens.HEADER;
import static dev.portcullis.auth.token.Tokens.NOW;
import static dev.portcullis.auth.token.Tokens.SECRET;
import static dev.portcullis.auth.token.Tokens.claims;
import static dev.portcullis.auth.token.Tokens.config;
import static dev.portcullis.auth.token.Tokens.in;
import static dev.portcullis.auth.token.Tokens.issuer;
import static dev.portcullis.auth.token.Tokens.signed;
import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.auth.SettableClock;
import dev.portcullis.config.Secret;
import dev.portcullis.protocol.Role;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class TokenVerifierTest {
    private static final String VALID = signed(HEADER, claims(""));

    private static Vertx vertx;

    private final SettableClock clock = new SettableClock(NOW);

    @BeforeAll
    static void start(Vertx shared) {
        vertx = shared;
    }

    @Test
    void token_of_the_issuer_is_valid() throws Exception {
        assertThat(claimsOf(VALID).userId().value()).isEqualTo("ann");
    }

    @Test
    void token_of_the_signer_has_all_requested_claims() throws Exception {
        IssuerConfig issuer = Tokens.issuer(Optional.of("us"), Optional.of("chat"));
        String token = new TokenSigner(issuer, clock)
                .mint("ann", Role.MODERATOR, List.of("team-*"), Optional.of("Änn"), java.time.Duration.ofMinutes(5));

        TokenClaims claims = verify(token, config(issuer)).fold(valid -> valid, invalid -> {
            throw new AssertionError(invalid);
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

    @Test
    void token_expires_to_the_millisecond() throws Exception {
        String token = signed(HEADER, "{\"sub\":\"ann\",\"exp\":" + in(60) + ".5}");
        TokenVerifier verifier = open(config(issuer()));

        clock.set(NOW + 60_499);
        assertThat(done(verifier.verify(token))).isInstanceOf(TokenVerification.Valid.class);
        clock.set(NOW + 60_500);
        assertThat(done(verifier.verify(token))).as("cached").isEqualTo(TokenVerification.invalid(TokenDefect.EXPIRED));
        assertThat(verify(token)).as("not cached").isEqualTo(TokenVerification.invalid(TokenDefect.EXPIRED));
    }

    @Test
    void token_longer_than_4096_characters_is_invalid() throws Exception {
        int spare = 3_011 - claims(",\"x\":\"\"").length(); // bytes of claims in a token of 4096 characters
        String largest = signed(HEADER, claims(",\"x\":\"" + "y".repeat(spare) + "\""));
        String larger = signed(HEADER, claims(",\"x\":\"" + "y".repeat(spare + 1) + "\""));

        assertThat(largest).hasSize(4_096);
        assertThat(larger).hasSize(4_097);
        assertThat(verify(largest)).isInstanceOf(TokenVerification.Valid.class);
        assertThat(verify(larger)).matches(Tokens::isInvalid, "invalid");
    }

    @Test
    void expired_token_with_a_bad_signature_is_invalid() throws Exception {
        String forged = signed(HEADER, claims(""), "another secret, also of 32 bytes or so");

        clock.advance(3_600_000);

        assertThat(verify(VALID)).isEqualTo(TokenVerification.invalid(TokenDefect.EXPIRED));
        assertThat(verify(forged)).matches(Tokens::isInvalid, "invalid");
    }

    @Test
    void expiry_follows_the_clock_of_the_verifier() throws Exception {
        clock.set(1_000_000);
        String token = signed(HEADER, "{\"sub\":\"ann\",\"iat\":1000,\"exp\":1060}");

        assertThat(verify(token)).as("expired by the real time").isInstanceOf(TokenVerification.Valid.class);
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
    void further_allowed_headers_change_nothing(String header) throws Exception {
        assertThat(verify(signed(header, claims("")))).isInstanceOf(TokenVerification.Valid.class);
    }

    @Test
    void token_with_one_changed_character_is_invalid() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        TokenVerifier verifier = open(config(issuer()));
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ é";
        for (int i = 0; i < 5_000; i++) {
            StringBuilder token = new StringBuilder(VALID);
            int index = random.nextInt(token.length());
            token.setCharAt(index, alphabet.charAt(random.nextInt(alphabet.length())));
            if (!token.toString().equals(VALID)) {
                assertThat(done(verifier.verify(token.toString())))
                        .as("seed %d, step %d, index %d", seed, i, index)
                        .matches(Tokens::isInvalid, "invalid");
            }
        }
    }

    @Test
    void token_signed_by_another_issuer_is_invalid() throws Exception {
        IssuerConfig ours = named("ours", "first secret, of 32 bytes or even more", "a:");
        IssuerConfig theirs = named("theirs", "other secret, of 32 bytes or even more", "b:");
        TokenConfig both = config(ours, theirs);
        String claims = claims(",\"iss\":\"ours\"");

        assertThat(verify(signed(HEADER, claims, secretOf(theirs)), both)).matches(Tokens::isInvalid, "invalid");
        assertThat(userOf(signed(HEADER, claims, secretOf(ours)), both)).isEqualTo("a:ann");
        assertThat(userOf(signed(HEADER, claims(",\"iss\":\"theirs\""), secretOf(theirs)), both))
                .isEqualTo("b:ann");
    }

    @Test
    void tokens_of_both_secrets_of_an_issuer_are_valid() throws Exception {
        IssuerConfig old = named("us", "first secret, of 32 bytes or even more", "");
        IssuerConfig current = named("us", "other secret, of 32 bytes or even more", "");
        String claims = claims(",\"iss\":\"us\"");

        assertThat(userOf(signed(HEADER, claims, secretOf(old)), config(old, current)))
                .isEqualTo("ann");
        assertThat(userOf(signed(HEADER, claims, secretOf(current)), config(old, current)))
                .isEqualTo("ann");
    }

    /** A verifier without a key would accept what is not signed. */
    @Test
    void issuer_without_a_key_or_an_algorithm_fails_to_open() {
        IssuerConfig without = new IssuerConfig(
                Set.of(), new Secret(SECRET), Optional.empty(), Optional.empty(), "", Role.ADMIN, true);
        IssuerConfig keyless = Tokens.issuer("", Optional.empty(), Optional.empty(), "");

        assertThatThrownBy(() -> open(config(without)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("algorithm");
        assertThatThrownBy(() -> open(config(keyless)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("too short");
    }

    private static String secretOf(IssuerConfig issuer) {
        return issuer.secret().orElseThrow().reveal();
    }

    private static IssuerConfig named(String name, String secret, String prefix) {
        return Tokens.issuer(secret, Optional.of(name), Optional.empty(), prefix);
    }

    private TokenVerifier open(TokenConfig config) throws Exception {
        return Tokens.verifier(vertx, config, clock);
    }

    private TokenVerification verify(String token) throws Exception {
        return verify(token, config(issuer()));
    }

    private TokenVerification verify(String token, TokenConfig config) throws Exception {
        return done(open(config).verify(token));
    }

    private TokenClaims claimsOf(String token) throws Exception {
        return verify(token).fold(claims -> claims, invalid -> {
            throw new AssertionError(invalid);
        });
    }

    private String userOf(String token, TokenConfig config) throws Exception {
        return verify(token, config).fold(claims -> claims.userId().value(), invalid -> {
            throw new AssertionError(invalid);
        });
    }
}
