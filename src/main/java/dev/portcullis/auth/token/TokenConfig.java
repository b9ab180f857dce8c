package dev.portcullis.auth.token;

import dev.portcullis.config.HeapShare;
import dev.portcullis.config.Section;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What of the section {@code auth} says which tokens are good.
 *
 * @param maxLifetime the longest time a token may be good for, in milliseconds
 * @param clockSkewMs how far an issuer's clock may be ahead of ours; never stretches {@code exp}
 * @param maxRooms rooms and prefixes one token may name
 * @param cache proven tokens that one instance remembers
 * @param cacheBytes of the heap for them, about
 */
public record TokenConfig(
        List<IssuerConfig> issuers, long maxLifetime, long clockSkewMs, int maxRooms, int cache, long cacheBytes) {
    private static final long DAY = 86_400_000;

    /** @param instances of this node, which share what the cache may cost */
    public static TokenConfig read(Section auth, int instances) {
        TokenConfig config = new TokenConfig(
                auth.sections("issuers", "whose tokens are good", IssuerConfig::read),
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
                        "proven tokens that one instance remembers; fewer where those of all instances of a node would"
                                + " take more than " + HeapShare.TOKENS.words() + " of the largest heap (but at least "
                                + HeapShare.TOKENS.of(0) + " bytes): each its length and "
                                + VerifiedTokenCache.TOKEN_BYTES
                                + " bytes"),
                HeapShare.TOKENS.dividedBy(instances));
        config.judgeIssuers(auth);
        return config;
    }

    /** All that any issuer signs with. */
    Set<String> algorithms() {
        return issuers.stream().flatMap(issuer -> issuer.algorithms().stream()).collect(Collectors.toUnmodifiableSet());
    }

    private void judgeIssuers(Section auth) {
        for (int later = 1; later < issuers.size(); later++) {
            for (int earlier = 0; earlier < later; earlier++) {
                judgePair(auth, "issuers[" + later + "]", issuers.get(later), issuers.get(earlier));
            }
        }
    }

    /** Two issuers must not be able to mean the same user, nor to sign for each other (RFC 8725 section 3.8). */
    private static void judgePair(Section auth, String place, IssuerConfig one, IssuerConfig other) {
        if (one.isKeyOf(other)) {
            return;
        }
        if (!one.secret().reveal().isEmpty() && one.secret().equals(other.secret())) {
            auth.problem(place + ".secret", "is also another issuer's", "give each issuer a secret of its own");
        }
        if (one.userPrefix().startsWith(other.userPrefix())
                || other.userPrefix().startsWith(one.userPrefix())) {
            auth.problem(
                    place + ".userPrefix",
                    "lets two issuers mean the same user",
                    "give each issuer a prefix that begins no other's, such as \"a:\" and \"b:\"");
        }
    }
}
