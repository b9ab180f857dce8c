package dev.portcullis.auth.token;

import dev.portcullis.config.HeapShare;
import dev.portcullis.config.Section;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The part of the section {@code auth} that says which tokens are accepted.
 *
 * @param maxLifetime the longest lifetime of a token, in milliseconds
 * @param clockSkewMs how far an issuer's clock may be ahead of ours; never extends {@code exp}
 * @param maxRooms rooms and prefixes that one token may name
 * @param cache verified tokens that one instance remembers
 * @param cacheBytes heap for them, roughly
 */
public record TokenConfig(
        List<IssuerConfig> issuers, long maxLifetime, long clockSkewMs, int maxRooms, int cache, long cacheBytes) {
    /** The longest token, in characters. */
    static final int MAX_LENGTH = 4_096;

    private static final long DAY = 86_400_000;

    /** @param instances on this node, which share the heap for cached tokens */
    public static TokenConfig read(Section auth, int instances) {
        TokenConfig config = new TokenConfig(
                auth.sections("issuers", "whose tokens are accepted", IssuerConfig::read),
                auth.millis(
                        "maxLifetime", DAY, 1_000, 365 * DAY, "longest lifetime of a token; longer ones are refused"),
                auth.millis(
                        "clockSkewMs",
                        2_000,
                        0,
                        60_000,
                        "how far an issuer's clock may be ahead of ours (nbf and iat; exp is exact)"),
                auth.integer("maxRooms", 256, 0, 1_000, "rooms and prefixes that one token may name"),
                auth.integer(
                        "cache",
                        10_000,
                        0,
                        1_000_000,
                        "verified tokens that one instance remembers; fewer where those of all instances of a node would"
                                + " take more than " + HeapShare.TOKENS.inWords()
                                + " of the largest heap (but at least "
                                + HeapShare.TOKENS.of(0) + " bytes): each its length and "
                                + VerifiedTokenCache.TOKEN_BYTES
                                + " bytes"),
                HeapShare.TOKENS.dividedBy(instances));
        config.checkIssuers(auth);
        return config;
    }

    /** The same, with another issuer that the configuration does not name: the server itself. */
    public TokenConfig withIssuer(IssuerConfig own) {
        return new TokenConfig(
                Stream.concat(issuers.stream(), Stream.of(own)).toList(),
                maxLifetime,
                clockSkewMs,
                maxRooms,
                cache,
                cacheBytes);
    }

    /** All algorithms that an issuer may sign with. */
    Set<String> algorithms() {
        return issuers.stream().flatMap(issuer -> issuer.algorithms().stream()).collect(Collectors.toUnmodifiableSet());
    }

    private void checkIssuers(Section auth) {
        for (int later = 1; later < issuers.size(); later++) {
            for (int earlier = 0; earlier < later; earlier++) {
                checkPair(auth, "issuers[" + later + "]", issuers.get(later), issuers.get(earlier));
            }
        }
    }

    /** Two issuers must not name the same user, nor sign for each other (RFC 8725 section 3.8). */
    private static void checkPair(Section auth, String path, IssuerConfig one, IssuerConfig other) {
        if (one.isKeyOf(other)) {
            return;
        }
        if (!one.secret().reveal().isEmpty() && one.secret().equals(other.secret())) {
            auth.problem(path + ".secret", "is also another issuer's", "give each issuer a secret of its own");
        }
        if (one.userPrefix().startsWith(other.userPrefix())
                || other.userPrefix().startsWith(one.userPrefix())) {
            auth.problem(
                    path + ".userPrefix",
                    "lets two issuers name the same user",
                    "give each issuer a prefix that begins no other's, such as \"a:\" and \"b:\"");
        }
    }
}
