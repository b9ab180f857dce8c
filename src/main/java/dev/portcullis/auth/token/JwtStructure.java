package dev.portcullis.auth.token;

import dev.portcullis.auth.key.SignatureAlgorithm;
import dev.portcullis.auth.key.SignedText;
import dev.portcullis.auth.token.FlatJson.Nested;
import dev.portcullis.auth.token.FlatJson.Numeric;
import dev.portcullis.auth.token.FlatJson.Text;
import dev.portcullis.auth.token.FlatJson.Texts;
import dev.portcullis.auth.token.FlatJson.Value;
import dev.portcullis.config.crypto.Base64Url;
import dev.portcullis.protocol.Result;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A token's structure, before anything is verified: syntax and types, without key or clock.
 *
 * @param algorithm the header's {@code alg}; one of those asked for
 * @param kid the key's name in the header
 * @param signed the text that the signature covers
 */
record JwtStructure(SignatureAlgorithm algorithm, Optional<String> kid, FlatJson claims, SignedText signed) {
    /** ID tokens and other kinds have a type of their own, and grant no access (RFC 8725 section 3.11). */
    private static final Set<String> TYPES = Set.of("jwt", "at+jwt");

    /**
     * RFC 7515 sections 4.1.10 and 4.1.11, RFC 7797 section 3, RFC 8725 section 3.6; {@code zip} belongs to JWE only.
     */
    private static final Set<String> REFUSED_HEADERS = Set.of("crit", "b64", "zip", "cty");

    private static final Map<String, Class<? extends Value>> CLAIMS = Map.of(
            "iss", Text.class,
            "jti", Text.class,
            "sid", Text.class,
            "csrf", Text.class,
            "cnf", Nested.class,
            "exp", Numeric.class,
            "nbf", Numeric.class,
            "iat", Numeric.class);

    boolean isFrom(String issuer) {
        return claims.text("iss").filter(issuer::equals).isPresent();
    }

    /** Whether the token claims to be expired, also if it is not signed. */
    boolean isOver(long now) {
        return claims.number("exp").filter(seconds -> seconds * 1_000 <= now).isPresent();
    }

    /** The claim {@code csrf} of what may be a token, by its own word. */
    static Optional<String> csrfOf(String token) {
        String[] parts = token.length() > TokenConfig.MAX_LENGTH ? new String[0] : token.split("\\.", -1);
        return parts.length == 3 ? object(parts[1]).flatMap(claims -> claims.text("csrf")) : Optional.empty();
    }

    /** Reads a token that may be signed by one of the algorithms; refuses one that is invalid whatever its signature. */
    static Result<JwtStructure, TokenDefect> read(String token, Set<SignatureAlgorithm> algorithms) {
        if (token.length() > TokenConfig.MAX_LENGTH) {
            return Result.refused(TokenDefect.TOO_LONG);
        }
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return Result.refused(TokenDefect.MALFORMED);
        }
        return Base64Url.decode(parts[2])
                .map(signature -> new SignedText(parts[0] + "." + parts[1], signature))
                .flatMap(signed -> object(parts[0])
                        .flatMap(header -> object(parts[1]).map(claims -> read(header, claims, signed, algorithms))))
                .orElse(Result.refused(TokenDefect.MALFORMED));
    }

    private static Result<JwtStructure, TokenDefect> read(
            FlatJson header, FlatJson claims, SignedText signed, Set<SignatureAlgorithm> algorithms) {
        Optional<TokenDefect> defect = defectOf(header);
        if (defect.isPresent()) {
            return Result.refused(defect.get());
        }
        Optional<SignatureAlgorithm> algorithm =
                header.text("alg").flatMap(SignatureAlgorithm::of).filter(algorithms::contains);
        if (algorithm.isEmpty()) {
            return Result.refused(TokenDefect.WRONG_ALGORITHM);
        }
        return defectOfClaims(claims)
                .map(Result::<JwtStructure, TokenDefect>refused)
                .orElseGet(() -> Result.done(new JwtStructure(algorithm.get(), header.text("kid"), claims, signed)));
    }

    /**
     * A header with a critical extension, an unencoded or compressed payload, or a nested token changes what the rest
     * means.
     */
    private static Optional<TokenDefect> defectOf(FlatJson header) {
        for (String refused : REFUSED_HEADERS) {
            if (header.has(refused)) {
                return Optional.of(TokenDefect.CRITICAL_HEADER);
            }
        }
        if (!header.mayBe("kid", Text.class)) {
            return Optional.of(TokenDefect.MALFORMED);
        }
        if (header.has("typ")
                && header.text("typ").filter(JwtStructure::isAccessToken).isEmpty()) {
            return Optional.of(TokenDefect.WRONG_TYPE);
        }
        return Optional.empty();
    }

    private static Optional<TokenDefect> defectOfClaims(FlatJson claims) {
        if (!claims.has("exp")) {
            return Optional.of(TokenDefect.MISSING_CLAIM);
        }
        return isTyped(claims) ? Optional.empty() : Optional.of(TokenDefect.MALFORMED_CLAIM);
    }

    private static Optional<FlatJson> object(String part) {
        return Base64Url.decode(part).flatMap(FlatJson::parse);
    }

    private static boolean isAccessToken(String type) {
        String name = type.toLowerCase(Locale.ROOT);
        return TYPES.contains(name.startsWith("application/") ? name.substring("application/".length()) : name);
    }

    private static boolean isTyped(FlatJson claims) {
        for (Map.Entry<String, Class<? extends Value>> each : CLAIMS.entrySet()) {
            if (!claims.mayBe(each.getKey(), each.getValue())) {
                return false;
            }
        }
        return claims.mayBe("aud", Text.class) || claims.mayBe("aud", Texts.class);
    }
}
