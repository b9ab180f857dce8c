package dev.portcullis.auth.token;

import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import dev.portcullis.protocol.Role;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One of {@code auth.issuers}: an issuer whose tokens are accepted, and what they may grant.
 *
 * @param issuer what {@code iss} must be; any where absent
 * @param audience what {@code aud} must name; where absent, a token must have none
 * @param userPrefix prefix of each user id from this issuer
 * @param maxRole the highest role that its tokens grant, whatever they claim
 * @param allowRooms whether the claim {@code rooms} counts
 */
public record IssuerConfig(
        Set<String> algorithms,
        Secret secret,
        Optional<String> issuer,
        Optional<String> audience,
        String userPrefix,
        Role maxRole,
        boolean allowRooms) {
    static final String HS256 = "HS256";

    private static final int MIN_SECRET_BYTES = 32;
    private static final Pattern ALGORITHM = Pattern.compile("[A-Za-z0-9]{1,16}");
    private static final Pattern PREFIX = Pattern.compile("|[A-Za-z0-9][A-Za-z0-9_.:@|+-]{0,31}");

    static IssuerConfig read(Section issuer) {
        IssuerConfig config = new IssuerConfig(
                Set.copyOf(issuer.texts(
                        "algorithms",
                        List.of(HS256),
                        ALGORITHM,
                        "the only algorithms its tokens may be signed with; the token's own alg never chooses")),
                issuer.secret("secret", "the key of HS256, at least 32 bytes (RFC 7518 section 3.2)")
                        .orElse(new Secret("")),
                issuer.optionalText("issuer", "what the claim iss must be; without it any"),
                issuer.optionalText("audience", "what the claim aud must name; without it a token with aud is refused"),
                issuer.text("userPrefix", "", PREFIX, "prefix of each user id from this issuer"),
                issuer.choice("maxRole", Role.ADMIN, "the highest role that its tokens grant, whatever they claim"),
                issuer.flag("allowRooms", true, "whether its tokens may grant rooms"));
        config.check(issuer);
        return config;
    }

    /** Whether both entries are keys of one issuer, as while a secret is being replaced. */
    boolean isKeyOf(IssuerConfig other) {
        return issuer.isPresent() && issuer.equals(other.issuer) && userPrefix.equals(other.userPrefix);
    }

    private void check(Section section) {
        if (algorithms.isEmpty()) {
            section.problem("algorithms", "is empty", "write [\"HS256\"]");
        }
        for (String algorithm : algorithms) {
            if (!algorithm.equals(HS256)) {
                section.problem("algorithms", "names " + algorithm + ", which is not offered yet", "HS256 is");
            }
        }
        int length = secret.bytes().length;
        if (length < MIN_SECRET_BYTES) { // a shorter key can be guessed offline from one token (RFC 8725 section 3.5)
            section.problem(
                    "secret",
                    length == 0 ? "is missing" : "is " + length + " bytes long",
                    "at least 32 bytes are needed, from {\"$env\": …} or {\"$file\": …}");
        }
    }
}
