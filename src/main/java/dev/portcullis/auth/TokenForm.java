package dev.portcullis.auth;

import dev.portcullis.auth.FlatJson.Numeric;
import dev.portcullis.auth.FlatJson.Text;
import dev.portcullis.auth.FlatJson.Texts;
import dev.portcullis.auth.FlatJson.Value;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a token looks like before anybody believes it: form and types, no key, no clock.
 *
 * @param algorithm what the header says it was signed with; one of those asked for
 */
record TokenForm(String algorithm, FlatJson claims) {
    static final int MAX_LENGTH = 4_096;

    /** ID tokens and other kinds have a type of their own, and are no right to enter (RFC 8725 section 3.11). */
    private static final Set<String> TYPES = Set.of("jwt", "at+jwt");

    private static final Map<String, Class<? extends Value>> CLAIMS = Map.of(
            "sub", Text.class,
            "iss", Text.class,
            "jti", Text.class,
            "role", Text.class,
            "username", Text.class,
            "rooms", Texts.class,
            "exp", Numeric.class,
            "nbf", Numeric.class,
            "iat", Numeric.class);

    /** Empty if it can't be a token signed by one of these algorithms. */
    static Optional<TokenForm> read(String token, Set<String> algorithms) {
        if (token.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3 || decoded(parts[2]).isEmpty()) {
            return Optional.empty();
        }
        return decoded(parts[0])
                .flatMap(FlatJson::parse)
                .flatMap(TokenForm::algorithmOf)
                .filter(algorithms::contains)
                .flatMap(algorithm -> decoded(parts[1])
                        .flatMap(FlatJson::parse)
                        .filter(TokenForm::isTyped)
                        .map(claims -> new TokenForm(algorithm, claims)));
    }

    /** A header whose critical extensions we don't know means something else than we read (RFC 7515 section 4.1.11). */
    private static Optional<String> algorithmOf(FlatJson header) {
        boolean known = !header.has("crit")
                && header.mayBe("kid", Text.class)
                && header.mayBe("typ", Text.class)
                && header.text("typ").map(TokenForm::isAccessToken).orElse(true);
        return known ? header.text("alg") : Optional.empty();
    }

    private static boolean isAccessToken(String type) {
        String name = type.toLowerCase(Locale.ROOT);
        return TYPES.contains(name.startsWith("application/") ? name.substring("application/".length()) : name);
    }

    private static boolean isTyped(FlatJson claims) {
        return claims.has("sub")
                && claims.has("exp")
                && CLAIMS.entrySet().stream().allMatch(each -> claims.mayBe(each.getKey(), each.getValue()))
                && (claims.mayBe("aud", Text.class) || claims.mayBe("aud", Texts.class));
    }

    /** One spelling for each token, or a second one would have another hash (RFC 4648 section 3.5). */
    private static Optional<byte[]> decoded(String part) {
        if (part.isEmpty() || part.length() % 4 == 1 || !part.chars().allMatch(TokenForm::isBase64Url)) {
            return Optional.empty();
        }
        byte[] bytes = Base64.getUrlDecoder().decode(part);
        boolean canonical =
                Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(part);
        return canonical ? Optional.of(bytes) : Optional.empty();
    }

    private static boolean isBase64Url(int c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }
}
