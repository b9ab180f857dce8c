package dev.portcullis.client.selfaudit.probe;

import dev.portcullis.client.selfaudit.Grade;
import dev.portcullis.client.selfaudit.Probe;
import dev.portcullis.client.selfaudit.ProbeArea;
import dev.portcullis.client.selfaudit.ProbeOutcome;
import dev.portcullis.client.selfaudit.Standard;
import dev.portcullis.client.selfaudit.attack.AuditTarget;
import dev.portcullis.client.selfaudit.attack.AuditUsers;
import dev.portcullis.client.selfaudit.attack.ForgedToken;
import dev.portcullis.client.selfaudit.attack.ProbedHandshake;
import dev.portcullis.client.selfaudit.attack.ServerCertificate;
import dev.portcullis.client.selfaudit.probe.Sessions.Presented;
import dev.portcullis.protocol.Result;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Whose tokens open a session (RFC 8725). They forge nine at most, because a node bans an address for ten: what no issuer signed is
 * told from what the issuer signed with wrong claims, which costs nothing.
 */
final class TokenProbes {
    private static final String PIN =
            "Pin the algorithm and the key of each issuer in the configuration; the token must not choose.";
    private static final String CLAIMS =
            "Check exp, nbf, iss and aud of each token: auth.issuers[].issuer and audience, auth.maxLifetime.";
    private static final String NO_KEY = "it needs the issuer's secret; give --config";
    private static final String NO_LOG = "logs on the way would have a given token; give --config with a secret";
    private static final String NO_MODEL = Sessions.NO_USER;
    private static final int HOUR = 3_600;
    private static final int MONTH = 30 * 24 * HOUR;
    private static final byte[] EMPTY_KEY = {0}; // an HMAC pads its key with zeros, so this is the empty one too

    private static final List<Standard> SIGNED =
            List.of(Standard.ASVS_9_1_1, Standard.PCI_6_2, Standard.HIPAA_AUTHENTICATION, Standard.CSF_PR_AA);
    private static final List<Standard> ALGORITHM = List.of(Standard.ASVS_9_1_2, Standard.HIPAA_AUTHENTICATION);
    private static final List<Standard> KEY = List.of(Standard.ASVS_9_1_3, Standard.CSF_PR_AA);
    private static final List<Standard> TIME = List.of(Standard.ASVS_9_2_1, Standard.SHEET_SESSION);
    private static final List<Standard> PURPOSE = List.of(Standard.ASVS_9_2_3, Standard.ASVS_4_4_3);

    private TokenProbes() {}

    /** Makes the token of a probe. */
    @FunctionalInterface
    private interface Forgery {
        Optional<String> make(AuditTarget target) throws IOException;
    }

    static List<Probe> all() {
        return List.of(
                forged(
                        "token.none",
                        "a token of the algorithm none is refused",
                        PIN,
                        ALGORITHM,
                        "",
                        target -> Optional.of(ForgedToken.unsigned(header("none"), claims(target)))),
                forged(
                        "token.none_spelt",
                        "a token of the algorithm nOnE is refused",
                        PIN,
                        ALGORITHM,
                        "",
                        target -> Optional.of(ForgedToken.unsigned(header("nOnE"), claims(target)))),
                forged(
                        "token.unsigned",
                        "a token without its signature is refused",
                        PIN,
                        SIGNED,
                        "",
                        target -> Optional.of(ForgedToken.unsigned(header("HS256"), claims(target)))),
                forged(
                        "token.altered",
                        "other claims under the signature of a token are refused",
                        PIN,
                        SIGNED,
                        NO_MODEL,
                        target -> target.users()
                                .any("altered")
                                .map(token -> ForgedToken.altered(
                                        token,
                                        ForgedToken.claims(Optional.of(token), "audit")
                                                .put("role", "admin")))),
                forged(
                        "token.kid_path",
                        "a kid that is a path names no key",
                        PIN,
                        KEY,
                        "",
                        target -> Optional.of(ForgedToken.signed(
                                header("HS256").put("kid", "../../../../../../dev/null"), claims(target), EMPTY_KEY))),
                forged(
                        "token.kid_query",
                        "a kid that is a query names no key",
                        PIN,
                        KEY,
                        "",
                        target -> Optional.of(ForgedToken.signed(
                                header("HS256").put("kid", "x' UNION SELECT 'audit' -- "),
                                claims(target),
                                "audit".getBytes(StandardCharsets.US_ASCII)))),
                forged(
                        "token.own_key",
                        "a token that brings its own key is refused",
                        PIN,
                        KEY,
                        "",
                        target -> Optional.of(ForgedToken.withOwnKey(claims(target)))),
                forged(
                        "token.confusion",
                        "a public key is no secret: HS256 under the key of the certificate is refused",
                        PIN,
                        ALGORITHM,
                        "it needs a public key of the server, and the address has no TLS",
                        target -> ServerCertificate.publicKeyPem(target)
                                .map(pem -> ForgedToken.signed(
                                        header("HS256"), claims(target), pem.getBytes(StandardCharsets.US_ASCII)))),
                new Probe(
                        "token.published_secret",
                        ProbeArea.TOKEN,
                        Grade.FAILURE,
                        "the issuer's secret is in no manual",
                        "Replace the secret by 32 random bytes, and revoke what it has signed.",
                        KEY,
                        TokenProbes::publishedSecret),
                signed(
                        "token.expired",
                        Grade.FAILURE,
                        "a token that is over is refused",
                        TIME,
                        claims -> claims.put("iat", now() - 2 * HOUR).put("exp", now() - HOUR)),
                signed("token.endless", Grade.FAILURE, "a token without an end is refused", TIME, claims -> {
                    claims.remove("exp");
                    return claims;
                }),
                signed(
                        "token.long",
                        Grade.WARNING,
                        "a token for a month is refused",
                        TIME,
                        claims -> claims.put("exp", now() + MONTH)),
                signed(
                        "token.early",
                        Grade.WARNING,
                        "a token whose time has not come is refused",
                        TIME,
                        claims -> claims.put("nbf", now() + HOUR)),
                signed(
                        "token.audience",
                        Grade.FAILURE,
                        "a token for another service is refused",
                        PURPOSE,
                        claims -> claims.put("aud", "audit.invalid")),
                signed(
                        "token.issuer",
                        Grade.WARNING,
                        "a token of another issuer is refused",
                        PURPOSE,
                        claims -> claims.put("iss", "https://audit.invalid")),
                new Probe(
                        "token.query",
                        ProbeArea.TOKEN,
                        Grade.WARNING,
                        "a token in the address opens nothing",
                        "Leave query out of auth.accept: addresses are in logs and histories (CWE-598).",
                        List.of(Standard.ASVS_14_2, Standard.SHEET_SESSION),
                        target -> presented(
                                target,
                                target.users().fresh("query"),
                                NO_LOG,
                                token -> target.upgrade().withQuery("token=" + token))));
    }

    private static Probe forged(
            String id, String title, String fix, List<Standard> shows, String without, Forgery forgery) {
        return new Probe(
                id,
                ProbeArea.TOKEN,
                Grade.FAILURE,
                title,
                fix,
                shows,
                target -> presented(target, forgery.make(target), without, target.upgrade()::withToken));
    }

    /** A token that the issuer has signed, with claims that the server should refuse. */
    private static Probe signed(
            String id, Grade worst, String title, List<Standard> shows, UnaryOperator<JsonObject> change) {
        return new Probe(id, ProbeArea.TOKEN, worst, title, CLAIMS, shows, target -> {
            Optional<String> model = target.users().any(id.substring(id.indexOf('.') + 1));
            return presented(
                    target,
                    target.users().signed(change.apply(ForgedToken.claims(model, "audit"))),
                    NO_KEY,
                    target.upgrade()::withToken);
        });
    }

    private static ProbeOutcome presented(
            AuditTarget target, Optional<String> token, String without, Function<String, ProbedHandshake> request)
            throws IOException {
        Optional<String> obstacle = Sessions.obstacle(target);
        if (obstacle.isPresent()) {
            return ProbeOutcome.unchecked(obstacle.get());
        }
        if (token.isEmpty()) {
            return ProbeOutcome.unchecked(without);
        }
        Presented presented = Sessions.present(target, request.apply(token.get()));
        return switch (presented.verdict()) {
            case ACCEPTED -> ProbeOutcome.found(presented.seen());
            case REFUSED -> confirmed(target, presented.seen());
            case UNKNOWN -> ProbeOutcome.unchecked(presented.seen());
        };
    }

    /** Where there is a user, a refusal says something only if the server accepts the user's own token: it may know another secret. */
    private static ProbeOutcome confirmed(AuditTarget target, String seen) throws IOException {
        Optional<String> valid = target.users().any("valid");
        return valid.isEmpty()
                ? ProbeOutcome.passed(seen)
                : Sessions.then(Sessions.open(target, valid, NO_MODEL), socket -> ProbeOutcome.passed(seen));
    }

    private static ProbeOutcome publishedSecret(AuditTarget target) {
        Result<String, String> token = target.users()
                .any("secret")
                .<Result<String, String>>map(Result::done)
                .orElseGet(() -> Result.refused(NO_MODEL));
        return token.fold(
                known -> {
                    String algorithm = AuditUsers.header(known)
                            .map(header -> String.valueOf(header.getValue("alg")))
                            .orElse("unknown");
                    if (!algorithm.equals("HS256")) {
                        return ProbeOutcome.unchecked("tokens are of the algorithm " + algorithm);
                    }
                    return ForgedToken.hasPublishedSecret(known)
                            ? ProbeOutcome.found("a secret of a published example signs tokens")
                            : ProbeOutcome.passed("no secret of a published example has signed the token");
                },
                ProbeOutcome::unchecked);
    }

    private static JsonObject header(String algorithm) {
        return new JsonObject().put("alg", algorithm).put("typ", "JWT");
    }

    private static JsonObject claims(AuditTarget target) {
        return ForgedToken.claims(target.users().any("forged"), target.users().prefix() + "-forged");
    }

    private static long now() {
        return System.currentTimeMillis() / 1_000;
    }
}
