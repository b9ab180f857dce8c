package dev.portcullis.auth.token;

import static dev.portcullis.auth.token.Tokens.NOW;
import static dev.portcullis.auth.token.Tokens.in;
import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.key.KeyOrigin.OfPublicKey;
import dev.portcullis.auth.key.SignatureAlgorithm;
import dev.portcullis.auth.key.TestKeys;
import dev.portcullis.protocol.Role;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Access tokens as other servers write them, and users of several issuers. */
@ExtendWith(VertxExtension.class)
class ClaimMappingTest {
    private static final TestKeys KEYS = TestKeys.of("RS256", "k");
    private static final String TIMES =
            "\"iat\":" + in(0) + ",\"exp\":" + in(300) + ",\"iss\":\"https://id.example/realms/chat\"";
    private static final String KEYCLOAK = "{" + TIMES + ",\"jti\":\"onrtac:1f\",\"aud\":[\"chat\",\"account\"],"
            + "\"sub\":\"5a9e5e0f-3c62-4d0b-9a5b-6ad3b6e0a111\",\"typ\":\"Bearer\",\"azp\":\"web\",\"sid\":\"s-1\",\"acr\":\"1\","
            + "\"allowed-origins\":[\"https://app.example\"],"
            + "\"realm_access\":{\"roles\":[\"offline_access\",\"staff\",\"chat-mods\"]},"
            + "\"resource_access\":{\"account\":{\"roles\":[\"view-profile\"]}},"
            + "\"scope\":\"email profile\",\"email_verified\":true,\"preferred_username\":\"ann\"";
    private static final String AUTH0 = "{" + TIMES + ",\"sub\":\"auth0|5f7c8ec7c33c6c004bbafe82\","
            + "\"aud\":[\"chat\",\"https://tenant.auth0.com/userinfo\"],\"azp\":\"my_client\",\"scope\":\"openid profile\","
            + "\"https://app.example/roles\":[\"admin\"]";

    private static Vertx vertx;

    @BeforeAll
    static void start(Vertx shared) {
        vertx = shared;
    }

    @Test
    void access_token_of_keycloak_is_valid_with_its_highest_mapped_role() throws Exception {
        IssuerConfig issuer = issuer(
                new ClaimNames("sub", "realm_access.roles", "rooms", "preferred_username"),
                Map.of("staff", Role.MEMBER, "chat-mods", Role.MODERATOR, "root", Role.ADMIN));
        TokenClaims claims = accepted(issuer, KEYCLOAK + "}");

        assertThat(claims.userId().value()).isEqualTo("5a9e5e0f-3c62-4d0b-9a5b-6ad3b6e0a111");
        assertThat(claims.role()).isEqualTo(Role.MODERATOR);
        assertThat(claims.username()).contains("ann");
        assertThat(claims.family()).contains("s-1");
        assertThat(claims.tokenId()).isEqualTo("onrtac:1f");
    }

    /** Keycloak before 25 puts it into access tokens too. */
    @Test
    void nonce_is_permitted_in_a_bearer_token_only() throws Exception {
        IssuerConfig issuer = issuer(ClaimNames.STANDARD, Map.of());

        assertThat(verify(issuer, KEYCLOAK + ",\"nonce\":\"n\"}")).isInstanceOf(TokenVerification.Valid.class);
        assertThat(verify(issuer, AUTH0 + ",\"nonce\":\"n\"}"))
                .isEqualTo(TokenVerification.invalid(TokenDefect.ID_TOKEN));
        assertThat(verify(issuer, KEYCLOAK.replace("Bearer", "ID") + "}"))
                .isEqualTo(TokenVerification.invalid(TokenDefect.ID_TOKEN));
        assertThat(verify(issuer, KEYCLOAK + ",\"at_hash\":\"h\"}"))
                .isEqualTo(TokenVerification.invalid(TokenDefect.ID_TOKEN));
        assertThat(verify(issuer, AUTH0 + ",\"token_use\":\"id\"}"))
                .isEqualTo(TokenVerification.invalid(TokenDefect.ID_TOKEN));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Refresh", "Offline", "Logout"})
    void token_for_the_use_of_its_issuer_is_refused(String use) throws Exception {
        assertThat(verify(issuer(ClaimNames.STANDARD, Map.of()), KEYCLOAK.replace("Bearer", use) + "}"))
                .isEqualTo(TokenVerification.invalid(TokenDefect.WRONG_TYPE));
    }

    /** A logout token need not have a typ of its own (OpenID Connect Back-Channel Logout 1.0 section 2.4). */
    @Test
    void token_that_reports_events_is_refused() throws Exception {
        IssuerConfig issuer = issuer(ClaimNames.STANDARD, Map.of());
        String logout = "\"http://schemas.openid.net/event/backchannel-logout\"";

        assertThat(verify(issuer, AUTH0 + ",\"events\":{" + logout + ":{}}}"))
                .isEqualTo(TokenVerification.invalid(TokenDefect.WRONG_TYPE));
        assertThat(verify(issuer, AUTH0 + ",\"events\":[\"concert\"]}"))
                .as("a claim of an application")
                .isInstanceOf(TokenVerification.Valid.class);
    }

    @Test
    void access_token_of_auth0_is_valid_with_a_claim_whose_name_is_a_url() throws Exception {
        IssuerConfig issuer = issuer(new ClaimNames("sub", "https://app.example/roles", "rooms", "nickname"), Map.of());
        String token = KEYS.signed("RS256", "{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":\"k\"}", AUTH0 + "}");
        TokenClaims claims = claims(verify(List.of(issuer), token));

        assertThat(claims.userId().value()).isEqualTo("auth0|5f7c8ec7c33c6c004bbafe82");
        assertThat(claims.role()).isEqualTo(Role.ADMIN);
        assertThat(claims.username()).isEmpty();
        assertThat(claims.tokenId()).as("the hash stands for the jti").hasSize(43);
    }

    @Test
    void role_that_is_not_mapped_grants_nothing() throws Exception {
        IssuerConfig issuer =
                issuer(new ClaimNames("sub", "realm_access.roles", "rooms", "username"), Map.of("root", Role.ADMIN));

        assertThat(accepted(issuer, KEYCLOAK + "}").role()).isEqualTo(Role.MEMBER);
        assertThat(accepted(issuer, KEYCLOAK.replace("\"staff\"", "\"admin\"") + "}")
                        .role())
                .isEqualTo(Role.MEMBER);
        assertThat(accepted(issuer, AUTH0 + "}").role()).isEqualTo(Role.MEMBER);
        assertThat(verify(issuer, AUTH0 + ",\"realm_access\":{\"roles\":7}}"))
                .isEqualTo(TokenVerification.invalid(TokenDefect.MALFORMED_CLAIM));
    }

    @Test
    void user_may_be_another_claim_and_must_be_there() throws Exception {
        IssuerConfig issuer = issuer(new ClaimNames("ext.user", "role", "rooms", "username"), Map.of());

        assertThat(accepted(issuer, AUTH0 + ",\"ext\":{\"user\":\"bob\"}}")
                        .userId()
                        .value())
                .isEqualTo("bob");
        assertThat(verify(issuer, AUTH0 + "}")).isEqualTo(TokenVerification.invalid(TokenDefect.MISSING_CLAIM));
        assertThat(verify(issuer, AUTH0 + ",\"ext\":{\"user\":7}}"))
                .isEqualTo(TokenVerification.invalid(TokenDefect.MALFORMED_CLAIM));
    }

    @Test
    void token_bound_to_a_certificate_says_which_and_one_bound_otherwise_is_refused() throws Exception {
        IssuerConfig issuer = issuer(ClaimNames.STANDARD, Map.of());
        String hash = "A".repeat(43);

        assertThat(accepted(issuer, AUTH0 + ",\"cnf\":{\"x5t#S256\":\"" + hash + "\"}}")
                        .certificate())
                .contains(hash);
        for (String binding : List.of(
                "{}",
                "{\"jkt\":\"k\"}",
                "{\"x5t#S256\":\"short\"}",
                "{\"x5t#S256\":7}",
                "{\"x5t#S256\":\"" + hash + "\",\"jkt\":\"k\"}",
                "{\"jwk\":{},\"x5t#S256\":\"" + hash + "\"}")) {
            assertThat(verify(issuer, AUTH0 + ",\"cnf\":" + binding + "}"))
                    .as(binding)
                    .isEqualTo(TokenVerification.invalid(TokenDefect.UNKNOWN_BINDING));
        }
        assertThat(verify(issuer, AUTH0 + ",\"cnf\":\"x5t#S256\"}"))
                .isEqualTo(TokenVerification.invalid(TokenDefect.MALFORMED_CLAIM));
    }

    @Test
    void no_other_issuer_can_name_an_account_of_this_server() throws Exception {
        IssuerConfig outside = issuer(ClaimNames.STANDARD, Map.of());
        IssuerConfig accounts = Tokens.issuer(Optional.of("own"), Optional.of("own"));
        TokenConfig both = Tokens.config(outside).withIssuer(accounts);
        String forged = KEYS.token("RS256", AUTH0.replace("auth0|5f7c8ec7c33c6c004bbafe82", "u:1") + "}");
        TokenSigner signer = new TokenSigner(accounts, () -> NOW);

        assertThat(claims(verify(both, forged)).userId().value())
                .startsWith("h:")
                .hasSize(45);
        assertThat(claims(verify(Tokens.config(outside), forged)).userId().value())
                .as("without accounts the id is free")
                .isEqualTo("u:1");
        assertThat(claims(verify(both, signer.sign(Map.of("sub", "u:1", "sid", "f"), Duration.ofMinutes(1))))
                        .userId()
                        .value())
                .isEqualTo("u:1");
        assertThat(verify(both, signer.sign(Map.of("sub", "ann"), Duration.ofMinutes(1))))
                .isEqualTo(TokenVerification.invalid(TokenDefect.WRONG_SUBJECT));
    }

    private static IssuerConfig issuer(ClaimNames names, Map<String, Role> roles) {
        return new IssuerConfig(
                Set.of(SignatureAlgorithm.RS256),
                new OfPublicKey(KEYS.pair().getPublic()),
                Optional.of("https://id.example/realms/chat"),
                Optional.of("chat"),
                "",
                Role.ADMIN,
                false,
                names,
                roles,
                false);
    }

    private static TokenClaims accepted(IssuerConfig issuer, String claims) throws Exception {
        return claims(verify(issuer, claims));
    }

    private static TokenVerification verify(IssuerConfig issuer, String claims) throws Exception {
        return verify(List.of(issuer), KEYS.token("RS256", claims));
    }

    private static TokenVerification verify(List<IssuerConfig> issuers, String token) throws Exception {
        return verify(Tokens.config(issuers.toArray(IssuerConfig[]::new)), token);
    }

    private static TokenVerification verify(TokenConfig config, String token) throws Exception {
        return done(Tokens.verifier(vertx, config, () -> NOW).verify(token));
    }

    private static TokenClaims claims(TokenVerification verification) {
        return verification.fold(claims -> claims, invalid -> {
            throw new AssertionError(invalid.toString());
        });
    }
}
