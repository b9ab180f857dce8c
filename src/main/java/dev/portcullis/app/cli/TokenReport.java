package dev.portcullis.app.cli;

import dev.portcullis.auth.key.KeyFetchResult;
import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.auth.token.TokenInspection;
import dev.portcullis.auth.token.TokenInspection.Candidate;
import dev.portcullis.auth.token.TokenVerification;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;

/** One line about a token that was inspected. It never has the token. */
record TokenReport(Verdict verdict, String line) {
    private static final int MAX_SHOWN = 128;

    /** Whether a node would accept the token now. */
    enum Verdict {
        ACCEPTED,
        REFUSED,
        /** The keys of its issuer can't be read. */
        UNKNOWN
    }

    static TokenReport of(TokenInspection inspection) {
        return inspection
                .verification()
                .map(verification -> of(verification, inspection))
                .orElseGet(() -> new TokenReport(
                        Verdict.UNKNOWN, "not checked: the keys can't be read; " + details(inspection)));
    }

    private static TokenReport of(TokenVerification verification, TokenInspection inspection) {
        return verification.fold(
                claims ->
                        new TokenReport(Verdict.ACCEPTED, "accepted: " + describe(claims) + "; " + details(inspection)),
                defect ->
                        new TokenReport(Verdict.REFUSED, "refused: " + describe(defect) + "; " + details(inspection)));
    }

    private static String describe(TokenClaims claims) {
        return "user " + claims.userId().value() + ", role " + claims.role().id()
                + (claims.rooms().isEmpty() ? "" : ", rooms " + String.join(" ", claims.rooms()))
                + ", until " + Instant.ofEpochMilli(claims.expiresAt())
                + (claims.certificate().isPresent() ? ", only with its client certificate" : "");
    }

    private static String describe(TokenDefect defect) {
        return defect.id() + " (" + defect.sentence() + ")";
    }

    /** The key by the names that the token has for it, then the issuer. */
    private static String details(TokenInspection inspection) {
        String key = inspection
                .algorithm()
                .map(algorithm -> "key: " + algorithm
                        + inspection
                                .kid()
                                .map(kid -> ", kid \"" + shown(kid) + "\"")
                                .orElse(", no kid") + "; ")
                .orElse("");
        return key + issuer(inspection);
    }

    private static String issuer(TokenInspection inspection) {
        String entries = inspection.issuers().stream().map(TokenReport::entry).collect(Collectors.joining(" or "));
        String claim = inspection.iss().map(iss -> "iss \"" + shown(iss) + "\"").orElse("no iss");
        return "issuer: " + (entries.isEmpty() ? "none" : entries) + ", " + claim;
    }

    private static String entry(Candidate candidate) {
        Optional<String> problem = candidate.problem().map(KeyFetchResult::sentence);
        return "auth.issuers[" + candidate.index() + "]"
                + problem.map(sentence -> " (" + sentence + ")").orElse("");
    }

    /** The text comes from an untrusted token and is printed on a terminal (CWE-150). */
    private static String shown(String text) {
        String bounded = text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN);
        return bounded.replaceAll("[\\p{Cc}\\p{Cf}\\u2028\\u2029]+", " ");
    }
}
