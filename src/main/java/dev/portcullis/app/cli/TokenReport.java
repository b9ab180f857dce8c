package dev.portcullis.app.cli;

import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.auth.token.TokenInspection;
import dev.portcullis.auth.token.TokenVerification;
import java.time.Instant;
import java.util.stream.Collectors;

/**
 * One line about a token that was inspected.
 *
 * @param accepted whether a node would accept the token now
 */
record TokenReport(boolean accepted, String line) {
    private static final int MAX_ISS_LENGTH = 128;

    static TokenReport of(TokenInspection inspection) {
        return inspection
                .verification()
                .fold(
                        claims -> new TokenReport(true, "accepted: " + describe(claims) + "; " + issuer(inspection)),
                        invalid -> new TokenReport(false, "refused: " + describe(invalid) + "; " + issuer(inspection)));
    }

    private static String describe(TokenClaims claims) {
        return "user " + claims.userId().value() + ", role " + claims.role().id()
                + (claims.rooms().isEmpty() ? "" : ", rooms " + String.join(" ", claims.rooms()))
                + ", until " + Instant.ofEpochMilli(claims.expiresAt());
    }

    private static String describe(TokenVerification.Invalid invalid) {
        return invalid.defect()
                .map(TokenReport::describe)
                .orElseGet(() -> invalid.why().id());
    }

    private static String describe(TokenDefect defect) {
        return defect.id() + " (" + defect.sentence() + ")";
    }

    private static String issuer(TokenInspection inspection) {
        String entries = inspection.issuers().stream()
                .map(index -> "auth.issuers[" + index + "]")
                .collect(Collectors.joining(" or "));
        String claim = inspection.iss().map(iss -> "iss \"" + shown(iss) + "\"").orElse("no iss");
        return "issuer: " + (entries.isEmpty() ? "none" : entries) + ", " + claim;
    }

    /** The text comes from an untrusted token and is printed on a terminal (CWE-150). */
    private static String shown(String iss) {
        String bounded = iss.length() <= MAX_ISS_LENGTH ? iss : iss.substring(0, MAX_ISS_LENGTH);
        return bounded.replaceAll("[\\p{Cc}\\p{Cf}\\u2028\\u2029]+", " ");
    }
}
