package dev.portcullis.auth;

import dev.portcullis.config.HeapShare;
import dev.portcullis.config.Section;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The section {@code auth}.
 *
 * @param accept the ways a token may come
 * @param messageTimeoutMs how long a connection without a token may take to send its {@code auth} frame
 * @param maxLifetime the longest time a token may be good for, in milliseconds
 * @param clockSkewMs how far an issuer's clock may be ahead of ours; never stretches {@code exp}
 * @param maxRooms rooms and prefixes one token may name
 * @param cache proven tokens that one instance remembers
 * @param cacheBytes of the heap for them, about
 */
public record AuthConfig(
        Set<Way> accept,
        RejectWith rejectWith,
        List<IssuerConfig> issuers,
        long maxLifetime,
        long messageTimeoutMs,
        long clockSkewMs,
        int maxRooms,
        int cache,
        long cacheBytes) {
    private static final long DAY = 86_400_000;

    /** How a handshake with a bad token ends. */
    public enum RejectWith {
        CLOSE,
        HTTP
    }

    /** @param instances of this node, which share what the cache may cost */
    public static AuthConfig read(Section auth, int instances) {
        AuthConfig config = new AuthConfig(
                auth.choices(
                        "accept",
                        Way.OFFERED,
                        Way.class,
                        "ways in which a client may present its token; cookie and query are not offered yet"),
                auth.choice(
                        "rejectWith",
                        RejectWith.CLOSE,
                        "how a handshake with a bad token ends: a close frame, which a browser can read, or HTTP 401"),
                auth.sections("issuers", "whose tokens are good", IssuerConfig::read),
                auth.millis(
                        "maxLifetime", DAY, 1_000, 365 * DAY, "longest lifetime of a token; longer ones are refused"),
                auth.millis(
                        "messageTimeoutMs",
                        10_000,
                        100,
                        60_000,
                        "how long a connection that brought no token may take to send its auth frame"),
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
                                + HeapShare.TOKENS.of(0) + " bytes): each its length and " + ProvenTokens.TOKEN_BYTES
                                + " bytes"),
                HeapShare.TOKENS.each(instances));
        config.judgeWays(auth);
        config.judgeIssuers(auth);
        return config;
    }

    public boolean accepts(Way way) {
        return accept.contains(way);
    }

    /** All that any issuer signs with. */
    Set<String> algorithms() {
        return issuers.stream().flatMap(issuer -> issuer.algorithms().stream()).collect(Collectors.toUnmodifiableSet());
    }

    private void judgeWays(Section auth) {
        if (accept.isEmpty()) {
            auth.problem("accept", "names no way in", "name at least one of subprotocol, message, header");
        }
        for (Way way : EnumSet.complementOf(EnumSet.copyOf(Way.OFFERED))) {
            if (accepts(way)) {
                auth.problem("accept", "names " + way.word() + ", which comes with a later version", "leave it out");
            }
        }
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
