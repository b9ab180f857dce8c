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
 * @param accepted whether a node would let its bearer in now
 */
record TokenReport(boolean accepted, String line) {
    private static final int LONGEST_ISS = 128;

    static TokenReport of(TokenInspection inspection) {
        return inspection
                .verification()
                .fold(
                        claims -> new TokenReport(true, "accepted: " + words(claims) + "; " + issuer(inspection)),
                        invalid -> new TokenReport(false, "refused: " + words(invalid) + "; " + issuer(inspection)));
    }

    private static String words(TokenClaims claims) {
        return "user " + claims.userId().value() + ", role " + claims.role().id()
                + (claims.rooms().isEmpty() ? "" : ", rooms " + String.join(" ", claims.rooms()))
                + ", until " + Instant.ofEpochMilli(claims.expiresAt());
    }

    private static String words(TokenVerification.Invalid invalid) {
        return invalid.defect()
                .map(TokenReport::words)
                .orElseGet(() -> invalid.why().id());
    }

    private static String words(TokenDefect defect) {
        return defect.id() + " (" + defect.sentence() + ")";
    }

    private static String issuer(TokenInspection inspection) {
        String places = inspection.issuers().stream()
                .map(place -> "auth.issuers[" + place + "]")
                .collect(Collectors.joining(" or "));
        String said = inspection.iss().map(iss -> "iss \"" + shown(iss) + "\"").orElse("no iss");
        return "issuer: " + (places.isEmpty() ? "none" : places) + ", " + said;
    }

    /** A stranger's text on the operator's terminal (CWE-150). */
    private static String shown(String iss) {
        String bounded = iss.length() <= LONGEST_ISS ? iss : iss.substring(0, LONGEST_ISS);
        return bounded.replaceAll("[\\p{Cc}\\p{Cf}\\u2028\\u2029]+", " ");
    }
}
