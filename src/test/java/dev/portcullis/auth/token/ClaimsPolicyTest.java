package dev.portcullis.auth.token;

import static dev.portcullis.auth.token.Tokens.NOW;
import static dev.portcullis.auth.token.Tokens.claims;
import static dev.portcullis.auth.token.Tokens.config;
import static dev.portcullis.auth.token.Tokens.in;
import static dev.portcullis.auth.token.Tokens.issuer;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.key.SignatureAlgorithm;
import dev.portcullis.config.Secret;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.UserId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimsPolicyTest {
    private static final String HASH = "hash-of-the-token";

    @ParameterizedTest
    @ValueSource(strings = {"ann", "7", "a_b.c:d@e|f+g-h", "auth0|5f7c8ec7c33c6c004bbafe82", "h:short"})
    void subject_that_is_a_user_id_is_kept(String sub) {
        assertThat(user(sub, issuer())).isEqualTo(sub);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Ann Smith", "-ann", "ann/7", "é", "https://id.example.com/ann"})
    void any_other_subject_becomes_a_hash_with_the_issuer(String sub) throws Exception {
        byte[] digest = java.security.MessageDigest.getInstance("SHA-256").digest(("us\0" + sub).getBytes(UTF_8));

        String token = claims(",\"iss\":\"us\"").replace("\"ann\"", "\"" + sub + "\"");
        assertThat(accepted(token, issuer()).userId().value())
                .isEqualTo("h:" + Tokens.base64(digest))
                .hasSize(45);
    }

    @Test
    void different_subjects_get_different_users() {
        String hashed = user("Ann Smith", issuer());
        String[] subjects = {"Ann Smith", hashed, "Ann  Smith", "ann", "-ann", "a".repeat(128), "a".repeat(129), "é"};
        Map<String, String> seen = new HashMap<>();
        for (String sub : subjects) {
            String user = user(sub, issuer());
            assertThat(UserId.isValid(user)).as(sub).isTrue();
            assertThat(seen.put(user, sub)).as(sub).isNull();
        }
    }

    @Test
    void user_prefix_is_added_to_every_subject() {
        IssuerConfig prefixed = with("p:", Role.ADMIN, true);

        assertThat(user("ann", prefixed)).isEqualTo("p:ann");
        assertThat(user("system", prefixed)).isEqualTo("p:system");
        assertThat(user("Ann Smith", prefixed)).startsWith("p:h:");
        assertThat(user("a".repeat(127), prefixed)).startsWith("p:h:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "system", "deleted", "System", "DELETED", "sYsTeM"})
    void empty_or_reserved_subject_is_invalid(String sub) {
        assertThat(check(claims("").replace("\"ann\"", "\"" + sub + "\""), issuer()))
                .matches(Tokens::isInvalid, "invalid");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",'role':'owner'",
                ",'role':'ADMIN'",
                ",'role':''",
                ",'role':null",
                ",'role':['admin']",
                ",'role':1",
                ",'rooms':'lobby'",
                ",'rooms':['']",
                ",'rooms':['a b']",
                ",'rooms':['-a']",
                ",'rooms':['**']",
                ",'rooms':['a*b']",
                ",'rooms':['lobby',7]",
                ",'rooms':{'lobby':true}",
                ",'rooms':null",
                ",'jti':''",
                ",'jti':7",
                ",'iss':7",
                ",'aud':7",
                ",'aud':['chat',7]",
                ",'aud':null",
                ",'aud':'chat'",
                ",'aud':['chat']",
                ",'aud':''",
                ",'aud':[]",
                ",'nonce':'n-0S6_WzA2Mj'",
                ",'at_hash':'77QmUPtjPfzWtF2AnpK9RQ'",
                ",'c_hash':'77QmUPtjPfzWtF2AnpK9RQ'",
                ",'typ':'ID'"
            })
    void malformed_claim_invalidates_the_token(String claim) {
        assertThat(check(claims(claim.replace('\'', '"')), issuer())).matches(Tokens::isInvalid, "invalid");
    }

    @Test
    void token_without_a_role_gets_member() {
        assertThat(accepted(claims(""), issuer()).role()).isEqualTo(Role.MEMBER);
    }

    @ParameterizedTest
    @CsvSource({"admin, ADMIN, ADMIN", "admin, MODERATOR, MODERATOR", "admin, MEMBER, MEMBER", "member, ADMIN, MEMBER"})
    void role_is_bounded_by_the_maximum_of_the_issuer(String claimed, Role bound, Role granted) {
        assertThat(accepted(claims(",\"role\":\"" + claimed + "\""), with("", bound, true))
                        .role())
                .isEqualTo(granted);
    }

    @Test
    void rooms_are_granted_only_where_the_issuer_may() {
        String claims = claims(",\"rooms\":[\"lobby\",\"team-*\",\"*\"]");

        assertThat(accepted(claims, issuer()).rooms()).containsExactly("lobby", "team-*", "*");
        assertThat(accepted(claims, with("", Role.ADMIN, false)).rooms()).isEmpty();
    }

    @Test
    void token_with_too_many_rooms_is_invalid() {
        assertThat(accepted(claims(rooms(256)), issuer()).rooms()).hasSize(256);
        assertThat(check(claims(rooms(257)), issuer())).matches(Tokens::isInvalid, "invalid");
    }

    @Test
    void username_is_normalised_and_then_cut_to_64_code_points() {
        assertThat(accepted(claims(",\"username\":\"A\u030angstro\u0308m\""), issuer())
                        .username())
                .contains("\u00c5ngstr\u00f6m");
        assertThat(accepted(claims(",\"username\":\"" + "\ud83d\ude00".repeat(64) + "\""), issuer())
                        .username())
                .isPresent();
        assertThat(accepted(claims(",\"username\":\"" + "\ud83d\ude00".repeat(65) + "\""), issuer())
                        .username())
                .contains("\ud83d\ude00".repeat(64));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "'a\\nb', a b",
                "'a\\u0000b', ab",
                "'a\\u202eb', ab",
                "'a\\u2028b', a b",
                "'a\\u2068b\\u2069', ab",
                "'', ``",
                "' ', ``",
                "'\\n', ``",
                "'\\u200b', ``",
                "'\\u3164', ``",
                "'\\u2800\\u034f', ``",
                "'\\udb40\\udc41\\udb40\\udc42', ``",
                "7, ``",
                "null, ``",
                "['ann'], ``",
                "'a\\ud800b', ``"
            })
    void unsafe_username_is_cleaned_or_dropped_and_the_token_stays_valid(String claimed, String expected) {
        assertThat(accepted(claims(",\"username\":" + claimed.replace('\'', '"')), issuer())
                        .username()
                        .orElse(""))
                .isEqualTo(expected);
    }

    @Test
    void token_id_is_the_jti_or_else_the_hash() {
        assertThat(accepted(claims(""), issuer()).tokenId()).isEqualTo(HASH);
        assertThat(accepted(claims(",\"jti\":\"j-1\""), issuer()).tokenId()).isEqualTo("j-1");
    }

    @Test
    void token_without_iat_is_issued_at_zero() {
        TokenClaims claims = accepted("{\"sub\":\"ann\",\"exp\":" + in(60) + "}", issuer());

        assertThat(claims.issuedAt()).isZero();
        assertThat(claims.expiresAt()).isEqualTo(NOW + 60_000);
    }

    @Test
    void clock_of_the_issuer_may_be_ahead_by_the_skew() {
        assertThat(accepted(
                        "{\"sub\":\"ann\",\"iat\":" + in(2) + ",\"nbf\":" + in(2) + ",\"exp\":" + in(60) + "}",
                        issuer()))
                .isNotNull();
    }

    @Test
    void token_must_name_the_configured_audience() {
        IssuerConfig chat = Tokens.issuer(Optional.empty(), Optional.of("chat"));

        assertThat(accepted(claims(",\"aud\":\"chat\""), chat)).isNotNull();
        assertThat(accepted(claims(",\"aud\":[\"mail\",\"chat\"]"), chat)).isNotNull();
        for (String other :
                new String[] {"", ",\"aud\":\"mail\"", ",\"aud\":[]", ",\"aud\":[\"Chat\"]", ",\"aud\":\"\""}) {
            assertThat(check(claims(other), chat)).as(other).matches(Tokens::isInvalid, "invalid");
        }
    }

    @Test
    void token_must_name_the_configured_issuer() {
        IssuerConfig us = Tokens.issuer(Optional.of("us"), Optional.empty());
        ClaimsPolicy policy = new ClaimsPolicy(us, config(us));

        assertThat(mayBeFrom(policy, claims(",\"iss\":\"us\""))).isTrue();
        assertThat(mayBeFrom(policy, claims(",\"iss\":\"us/\""))).isFalse();
        assertThat(mayBeFrom(policy, claims(""))).isFalse();
    }

    @Test
    void expired_token_with_another_defect_is_invalid() {
        String expired = "{\"sub\":\"ann\",\"exp\":" + in(0) + "}";

        assertThat(check(expired, issuer())).isEqualTo(TokenVerification.invalid(TokenDefect.EXPIRED));
        assertThat(check(expired.replace("ann", "system"), issuer())).matches(Tokens::isInvalid, "invalid");
    }

    private static String rooms(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"r" + i + "\"")
                .collect(Collectors.joining(",", ",\"rooms\":[", "]"));
    }

    private static IssuerConfig with(String prefix, Role maxRole, boolean allowRooms) {
        return new IssuerConfig(
                Set.of("HS256"),
                new Secret(Tokens.SECRET),
                Optional.empty(),
                Optional.empty(),
                prefix,
                maxRole,
                allowRooms);
    }

    private static String user(String sub, IssuerConfig issuer) {
        return accepted(claims("").replace("\"ann\"", "\"" + sub + "\""), issuer)
                .userId()
                .value();
    }

    private static TokenClaims accepted(String claims, IssuerConfig issuer) {
        return check(claims, issuer).fold(accepted -> accepted, invalid -> {
            throw new AssertionError(invalid + " " + claims);
        });
    }

    /** Reads the structure first, like the verifier. The signature is not tested here. */
    private static TokenVerification check(String claims, IssuerConfig issuer) {
        return structure(claims)
                .fold(
                        structure -> new ClaimsPolicy(issuer, config(issuer)).check(structure.claims(), HASH, NOW),
                        TokenVerification::invalid);
    }

    private static boolean mayBeFrom(ClaimsPolicy policy, String claims) {
        return structure(claims).fold(policy::mayBeFrom, defect -> false);
    }

    private static Result<JwtStructure, TokenDefect> structure(String claims) {
        return JwtStructure.read(Tokens.signed(Tokens.HEADER, claims), Set.of(SignatureAlgorithm.HS256));
    }
}
