package dev.portcullis.auth.token;

import static dev.portcullis.auth.token.Tokens.NOW;
import static dev.portcullis.auth.token.Tokens.claims;
import static dev.portcullis.auth.token.Tokens.config;
import static dev.portcullis.auth.token.Tokens.in;
import static dev.portcullis.auth.token.Tokens.issuer;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.Secret;
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
    void a_subject_that_is_a_user_id_stays_as_it_is(String sub) {
        assertThat(user(sub, issuer())).isEqualTo(sub);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Ann Smith", "-ann", "ann/7", "é", "https://id.example.com/ann"})
    void any_other_subject_becomes_its_hash_with_the_issuer(String sub) throws Exception {
        byte[] digest = java.security.MessageDigest.getInstance("SHA-256").digest(("us\0" + sub).getBytes(UTF_8));

        String token = claims(",\"iss\":\"us\"").replace("\"ann\"", "\"" + sub + "\"");
        assertThat(proven(token, issuer()).userId().value())
                .isEqualTo("h:" + Tokens.base64(digest))
                .hasSize(45);
    }

    @Test
    void different_subjects_are_different_users() {
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
    void the_prefix_stands_in_front_whatever_the_subject() {
        IssuerConfig prefixed = with("p:", Role.ADMIN, true);

        assertThat(user("ann", prefixed)).isEqualTo("p:ann");
        assertThat(user("system", prefixed)).isEqualTo("p:system");
        assertThat(user("Ann Smith", prefixed)).startsWith("p:h:");
        assertThat(user("a".repeat(127), prefixed)).startsWith("p:h:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "system", "deleted", "System", "DELETED", "sYsTeM"})
    void nobody_is_nobody_or_a_reserved_name(String sub) {
        assertThat(judge(claims("").replace("\"ann\"", "\"" + sub + "\""), issuer()))
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
    void a_claim_that_is_not_what_it_should_be_spoils_the_token(String claim) {
        assertThat(judge(claims(claim.replace('\'', '"')), issuer())).matches(Tokens::isInvalid, "invalid");
    }

    @Test
    void a_token_without_a_role_is_a_members() {
        assertThat(proven(claims(""), issuer()).role()).isEqualTo(Role.MEMBER);
    }

    @ParameterizedTest
    @CsvSource({"admin, ADMIN, ADMIN", "admin, MODERATOR, MODERATOR", "admin, MEMBER, MEMBER", "member, ADMIN, MEMBER"})
    void an_issuer_grants_no_role_above_its_own_bound(String said, Role bound, Role got) {
        assertThat(proven(claims(",\"role\":\"" + said + "\""), with("", bound, true))
                        .role())
                .isEqualTo(got);
    }

    @Test
    void rooms_and_prefixes_are_granted_where_the_issuer_may() {
        String claims = claims(",\"rooms\":[\"lobby\",\"team-*\",\"*\"]");

        assertThat(proven(claims, issuer()).rooms()).containsExactly("lobby", "team-*", "*");
        assertThat(proven(claims, with("", Role.ADMIN, false)).rooms()).isEmpty();
    }

    @Test
    void a_token_names_no_more_rooms_than_allowed() {
        assertThat(proven(claims(rooms(256)), issuer()).rooms()).hasSize(256);
        assertThat(judge(claims(rooms(257)), issuer())).matches(Tokens::isInvalid, "invalid");
    }

    @Test
    void a_username_is_normalised_and_then_measured_in_code_points() {
        assertThat(proven(claims(",\"username\":\"A\u030angstro\u0308m\""), issuer())
                        .username())
                .contains("\u00c5ngstr\u00f6m");
        assertThat(proven(claims(",\"username\":\"" + "\ud83d\ude00".repeat(64) + "\""), issuer())
                        .username())
                .isPresent();
        assertThat(proven(claims(",\"username\":\"" + "\ud83d\ude00".repeat(65) + "\""), issuer())
                        .username())
                .contains("\ud83d\ude00".repeat(64));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "'a\\nb', ab",
                "'a\\u0000b', ab",
                "'a\\u202eb', ab",
                "'a\\u2028b', ab",
                "'', ``",
                "' ', ``",
                "'\\n', ``",
                "7, ``",
                "null, ``",
                "['ann'], ``",
                "'a\\ud800b', ``"
            })
    void a_username_that_can_not_be_shown_is_cleaned_or_left_out_and_never_refuses_the_token(
            String said, String shown) {
        assertThat(proven(claims(",\"username\":" + said.replace('\'', '"')), issuer())
                        .username()
                        .orElse(""))
                .isEqualTo(shown);
    }

    @Test
    void without_a_jti_the_hash_names_the_token() {
        assertThat(proven(claims(""), issuer()).tokenId()).isEqualTo(HASH);
        assertThat(proven(claims(",\"jti\":\"j-1\""), issuer()).tokenId()).isEqualTo("j-1");
    }

    @Test
    void a_token_that_does_not_say_when_it_was_issued_is_older_than_all() {
        TokenClaims claims = proven("{\"sub\":\"ann\",\"exp\":" + in(60) + "}", issuer());

        assertThat(claims.issuedAt()).isZero();
        assertThat(claims.expiresAt()).isEqualTo(NOW + 60_000);
    }

    @Test
    void an_issuers_clock_may_be_a_little_ahead() {
        assertThat(proven(
                        "{\"sub\":\"ann\",\"iat\":" + in(2) + ",\"nbf\":" + in(2) + ",\"exp\":" + in(60) + "}",
                        issuer()))
                .isNotNull();
    }

    @Test
    void an_audience_must_be_named_where_one_is_configured() {
        IssuerConfig chat = new IssuerConfig(
                Set.of("HS256"),
                new Secret(Tokens.SECRET),
                Optional.empty(),
                Optional.of("chat"),
                "",
                Role.ADMIN,
                true);

        assertThat(proven(claims(",\"aud\":\"chat\""), chat)).isNotNull();
        assertThat(proven(claims(",\"aud\":[\"mail\",\"chat\"]"), chat)).isNotNull();
        for (String other :
                new String[] {"", ",\"aud\":\"mail\"", ",\"aud\":[]", ",\"aud\":[\"Chat\"]", ",\"aud\":\"\""}) {
            assertThat(judge(claims(other), chat)).as(other).matches(Tokens::isInvalid, "invalid");
        }
    }

    @Test
    void an_issuer_must_be_the_configured_one() {
        IssuerConfig us = new IssuerConfig(
                Set.of("HS256"), new Secret(Tokens.SECRET), Optional.of("us"), Optional.empty(), "", Role.ADMIN, true);
        ClaimsPolicy policy = new ClaimsPolicy(us, config(us));

        assertThat(concerns(policy, claims(",\"iss\":\"us\""))).isTrue();
        assertThat(concerns(policy, claims(",\"iss\":\"us/\""))).isFalse();
        assertThat(concerns(policy, claims(""))).isFalse();
    }

    @Test
    void an_expired_token_that_is_wrong_besides_is_invalid() {
        String expired = "{\"sub\":\"ann\",\"exp\":" + in(0) + "}";

        assertThat(judge(expired, issuer())).isEqualTo(TokenVerification.invalid(TokenDefect.EXPIRED));
        assertThat(judge(expired.replace("ann", "system"), issuer())).matches(Tokens::isInvalid, "invalid");
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
        return proven(claims("").replace("\"ann\"", "\"" + sub + "\""), issuer)
                .userId()
                .value();
    }

    private static TokenClaims proven(String claims, IssuerConfig issuer) {
        return judge(claims, issuer).fold(proven -> proven, why -> {
            throw new AssertionError(why + " " + claims);
        });
    }

    /** Form first, like the verifier; the signature is not what is tested here. */
    private static TokenVerification judge(String claims, IssuerConfig issuer) {
        return form(claims)
                .fold(
                        form -> new ClaimsPolicy(issuer, config(issuer)).judge(form.claims(), HASH, NOW),
                        TokenVerification::invalid);
    }

    private static boolean concerns(ClaimsPolicy policy, String claims) {
        return form(claims).fold(policy::mayBeFrom, defect -> false);
    }

    private static JwtStructure.Reading form(String claims) {
        return JwtStructure.read(Tokens.signed(Tokens.HEADER, claims), Set.of("HS256"));
    }
}
