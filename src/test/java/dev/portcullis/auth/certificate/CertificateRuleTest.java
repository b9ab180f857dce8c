package dev.portcullis.auth.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.certificate.CertificatesConfig.Source;
import dev.portcullis.auth.token.TestClaims;
import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.auth.token.TokenVerification;
import dev.portcullis.http.ClientCertificate;
import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.Role;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CertificateRuleTest {
    private static final long NOW = 1_000_000;
    private static final long ISSUED = NOW - 5_000;
    private static final long END = NOW + 60_000;
    private static final long LONG = 3_600_000;
    private static final String THUMBPRINT = "A".repeat(43);

    @ParameterizedTest
    @CsvSource({
        "CN, .+, bot-7, cert:bot-7",
        "CN, bot-([0-9]+), bot-7, cert:7",
        "CN, bot-[0-9]+, bot-7x, none",
        "CN, xbot-[0-9]+, bot-7, none",
        "DNS, ([a-z]+)\\.bots\\.example, pat.bots.example, cert:pat",
        "EMAIL, (.+)@ours\\.example, ann@ours.example, cert:ann",
        "EMAIL, (.+)@ours\\.example, ann@theirs.example, none",
        "EMAIL, (.+)@ours\\.example, ann@ours.example.evil.example, none",
        "URI, spiffe://ours/user/(.+), spiffe://ours/user/ann, cert:ann",
        "URI, .+, spiffe://ours/user/ann, unclear",
        "CN, .+, Ann Smith, unclear",
        "CN, (.*)x, x, none",
    })
    void name_means_a_user(Source source, String pattern, String name, String expected) {
        assertThat(userOf(rule(source, pattern, "cert:"), named(source, name))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"deleted", "System", "h:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    void name_that_no_user_may_have_is_unclear(String name) {
        assertThat(userOf(rule(Source.CN, ".+", ""), named(Source.CN, name))).isEqualTo("unclear");
    }

    @Test
    void several_names_that_mean_one_user_are_clear() {
        CertificateRule rule = rule(Source.DNS, "([a-z]+)\\..*", "cert:");

        assertThat(userOf(rule, named(Source.DNS, "ann.a.example", "ann.b.example")))
                .isEqualTo("cert:ann");
        assertThat(userOf(rule, named(Source.DNS, "ann.a.example", "7.b.example")))
                .as("one of them does not match")
                .isEqualTo("cert:ann");
        assertThat(userOf(rule, named(Source.DNS, "ann.a.example", "bob.a.example")))
                .isEqualTo("unclear");
    }

    @ParameterizedTest
    @EnumSource(Source.class)
    void name_of_another_kind_does_not_count(Source source) {
        CertificateRule rule = rule(source, ".+", "cert:");

        for (Source other : Source.values()) {
            assertThat(userOf(rule, named(other, "ann"))).isEqualTo(other == source ? "cert:ann" : "none");
        }
    }

    /** In a thread without the bound of steps this takes longer than the test may. */
    @Test
    @Timeout(20)
    void pattern_that_backtracks_without_end_matches_nothing() {
        assertThat(userOf(rule(Source.CN, "(?:a+)+", "cert:"), named(Source.CN, "a".repeat(60) + "b")))
                .isEqualTo("none");
    }

    @Test
    void certificate_gives_the_claims_that_the_configuration_grants() {
        CertificateRule rule = new CertificateRule(
                new CertificatesConfig(true, Source.CN, ".+", "devices", "cert:", Role.MODERATOR, List.of("fleet-*")),
                LONG);

        TokenClaims claims = rule.verify(Optional.of(named(Source.CN, "bot")), NOW)
                .fold(valid -> valid, invalid -> {
                    throw new AssertionError(invalid.toString());
                });

        assertThat(claims.userId().value()).isEqualTo("cert:bot");
        assertThat(claims.issuer()).isEqualTo("devices");
        assertThat(claims.role()).isEqualTo(Role.MODERATOR);
        assertThat(claims.rooms()).containsExactly("fleet-*");
        assertThat(claims.tokenId()).as("so that it can be revoked").isEqualTo(THUMBPRINT);
        assertThat(claims.issuedAt())
                .as("so that a cut-off of the user keeps it out")
                .isEqualTo(ISSUED);
        assertThat(claims.expiresAt()).isEqualTo(END);
    }

    @Test
    void session_of_a_long_lived_certificate_ends_as_that_of_the_longest_token() {
        CertificateRule rule = new CertificateRule(config(true, Source.CN, ".+", "cert:"), 1_000);

        assertThat(rule.verify(Optional.of(named(Source.CN, "bot")), NOW)
                        .<Long>fold(TokenClaims::expiresAt, invalid -> 0L))
                .isEqualTo(NOW + 1_000);
    }

    @Test
    void expired_certificate_is_no_credential_and_no_proof() {
        CertificateRule rule = rule(Source.CN, ".+", "");
        Optional<ClientCertificate> shown = Optional.of(named(Source.CN, "ann"));

        assertThat(defect(rule.verify(shown, END))).isEmpty();
        assertThat(defect(rule.verify(shown, END + 1))).contains(TokenDefect.ABSENT);
        assertThat(defect(rule.check(bound("ann", THUMBPRINT), shown, END))).isEmpty();
        assertThat(defect(rule.check(bound("ann", THUMBPRINT), shown, END + 1)))
                .contains(TokenDefect.WRONG_CERTIFICATE);
    }

    @Test
    void bound_token_is_good_only_with_its_certificate() {
        CertificateRule rule = new CertificateRule(CertificatesConfig.off(), LONG);
        Optional<ClientCertificate> shown = Optional.of(named(Source.CN, "any"));

        assertThat(defect(rule.check(bound("ann", THUMBPRINT), shown, NOW))).isEmpty();
        assertThat(defect(rule.check(TestClaims.of("ann"), shown, NOW)))
                .as("not bound")
                .isEmpty();
        assertThat(defect(rule.check(TestClaims.of("ann"), Optional.empty(), NOW)))
                .isEmpty();
        assertThat(defect(rule.check(bound("ann", THUMBPRINT), Optional.empty(), NOW)))
                .contains(TokenDefect.WRONG_CERTIFICATE);
        for (String other :
                List.of("", "B".repeat(43), THUMBPRINT.toLowerCase(java.util.Locale.ROOT), THUMBPRINT + "=")) {
            assertThat(defect(rule.check(bound("ann", other), shown, NOW)))
                    .as(other)
                    .contains(TokenDefect.WRONG_CERTIFICATE);
        }
        assertThat(TokenDefect.WRONG_CERTIFICATE.refusal()).isEqualTo(AuthRefusal.INVALID_TOKEN);
    }

    @Test
    void token_beside_a_certificate_must_be_of_the_same_user() {
        CertificateRule rule = rule(Source.CN, "[a-z]+", "");
        Optional<ClientCertificate> ann = Optional.of(named(Source.CN, "ann"));

        assertThat(defect(rule.check(TestClaims.of("ann"), ann, NOW))).isEmpty();
        assertThat(defect(rule.check(TestClaims.of("bob"), ann, NOW))).contains(TokenDefect.OTHER_CERTIFICATE_USER);
        assertThat(defect(rule.check(TestClaims.of("bob"), Optional.of(named(Source.CN, "7")), NOW)))
                .as("the certificate means no user")
                .isEmpty();
        assertThat(defect(rule.check(TestClaims.of("ann"), Optional.of(named(Source.CN, "deleted")), NOW)))
                .contains(TokenDefect.UNCLEAR_CERTIFICATE);
    }

    @Test
    void certificate_is_no_credential_unless_the_operator_says_so() {
        CertificateRule off = new CertificateRule(config(false, Source.CN, ".+", ""), LONG);
        Optional<ClientCertificate> ann = Optional.of(named(Source.CN, "ann"));

        assertThat(off.isCredential(ann)).isFalse();
        assertThat(defect(off.verify(ann, NOW))).contains(TokenDefect.ABSENT);
        assertThat(defect(off.check(TestClaims.of("bob"), ann, NOW))).isEmpty();
        assertThat(rule(Source.CN, ".+", "").isCredential(ann)).isTrue();
        assertThat(rule(Source.CN, ".+", "").isCredential(Optional.empty())).isFalse();
        assertThat(rule(Source.CN, ".+", "").isCredential(Optional.of(named(Source.CN, "system"))))
                .as("it is refused, rather than taken for a client that brings nothing")
                .isTrue();
    }

    private static String userOf(CertificateRule rule, ClientCertificate certificate) {
        return rule.verify(Optional.of(certificate), NOW)
                .fold(
                        claims -> claims.userId().value(),
                        defect -> defect == TokenDefect.UNCLEAR_CERTIFICATE ? "unclear" : "none");
    }

    private static Optional<TokenDefect> defect(TokenVerification verification) {
        return verification.fold(claims -> Optional.empty(), Optional::of);
    }

    private static CertificateRule rule(Source source, String pattern, String prefix) {
        return new CertificateRule(config(true, source, pattern, prefix), LONG);
    }

    private static CertificatesConfig config(boolean enabled, Source source, String pattern, String prefix) {
        return new CertificatesConfig(enabled, source, pattern, "certificate", prefix, Role.MEMBER, List.of());
    }

    private static ClientCertificate named(Source source, String... names) {
        List<String> all = List.of(names);
        return new ClientCertificate(
                THUMBPRINT,
                source == Source.CN ? Optional.of(names[0]) : Optional.empty(),
                source == Source.DNS ? all : List.of(),
                source == Source.EMAIL ? all : List.of(),
                source == Source.URI ? all : List.of(),
                END,
                ISSUED);
    }

    private static TokenClaims bound(String user, String thumbprint) {
        TokenClaims of = TestClaims.of(user);
        return new TokenClaims(
                of.userId(),
                of.issuer(),
                of.username(),
                of.role(),
                of.rooms(),
                of.tokenId(),
                of.issuedAt(),
                of.expiresAt(),
                of.family(),
                Optional.of(thumbprint),
                of.csrf());
    }
}
