package dev.portcullis.auth.token;

import dev.portcullis.auth.key.KeyRing;
import dev.portcullis.auth.key.KeysConfig;
import dev.portcullis.auth.key.SignatureAlgorithm;
import dev.portcullis.config.HeapShare;
import dev.portcullis.config.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The part of the section {@code auth} that says which tokens are accepted.
 *
 * @param cacheBytes heap for them, roughly
 * @param keys how keys are read from the servers of issuers, and how signatures are checked
 */
public record TokenConfig(
        List<IssuerConfig> issuers,
        long maxLifetime,
        long clockSkewMs,
        int maxRooms,
        int cache,
        long cacheBytes,
        KeysConfig keys) {
    /** The longest token, in characters. */
    static final int MAX_LENGTH = 4_096;

    private static final long DAY = 86_400_000;

    public TokenConfig {
        issuers = List.copyOf(issuers);
    }

    /** Takes the defaults for everything that concerns keys. */
    public TokenConfig(
            List<IssuerConfig> issuers, long maxLifetime, long clockSkewMs, int maxRooms, int cache, long cacheBytes) {
        this(issuers, maxLifetime, clockSkewMs, maxRooms, cache, cacheBytes, KeysConfig.STANDARD);
    }

    /** @param instances the number of instances on this node, which share the heap for cached tokens */
    public static TokenConfig read(Section auth, int instances) {
        TokenConfig config = new TokenConfig(
                auth.basic().sections("issuers", "whose tokens are accepted", IssuerConfig::read),
                auth.basic()
                        .millis(
                                "maxLifetime",
                                DAY,
                                1_000,
                                365 * DAY,
                                "longest lifetime of a token, in ms without a unit; longer ones are refused"),
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
                HeapShare.TOKENS.dividedBy(instances),
                KeysConfig.read(auth));
        config.checkIssuers(auth);
        return config;
    }

    /** The same settings, with the issuer of this server's accounts as the last: no other can then name an account. */
    public TokenConfig withIssuer(IssuerConfig accounts) {
        List<IssuerConfig> all = new ArrayList<>(issuers);
        all.add(accounts.owningAccounts());
        return of(all);
    }

    /** The same settings for the tokens of one issuer. */
    public TokenConfig only(IssuerConfig issuer) {
        return of(List.of(issuer));
    }

    /** The same settings without any issuer: no token is accepted, and no key is read. */
    public TokenConfig withoutIssuers() {
        return of(List.of());
    }

    public Set<KeyRing.Owner> keyOwners() {
        return issuers.stream().map(IssuerConfig::keyOwner).collect(Collectors.toUnmodifiableSet());
    }

    boolean hasAccounts() {
        return issuers.stream().anyMatch(IssuerConfig::ownsAccounts);
    }

    /** All algorithms that an issuer may sign with. */
    Set<SignatureAlgorithm> algorithms() {
        return issuers.stream().flatMap(issuer -> issuer.algorithms().stream()).collect(Collectors.toUnmodifiableSet());
    }

    private void checkIssuers(Section auth) {
        for (int later = 1; later < issuers.size(); later++) {
            for (int earlier = 0; earlier < later; earlier++) {
                checkPair(auth, "issuers[" + later + "]", issuers.get(later), issuers.get(earlier));
            }
        }
    }

    private TokenConfig of(List<IssuerConfig> others) {
        return new TokenConfig(others, maxLifetime, clockSkewMs, maxRooms, cache, cacheBytes, keys);
    }

    private static String keyName(IssuerConfig issuer) {
        return issuer.keys()
                .fold(
                        secret -> "secret",
                        key -> "publicKey",
                        server -> server.kind().name().toLowerCase(Locale.ROOT));
    }

    /** Two issuers must not name the same user, nor sign for each other (RFC 8725 section 3.8). */
    private static void checkPair(Section auth, String path, IssuerConfig one, IssuerConfig other) {
        if (one.isKeyOf(other)) {
            return;
        }
        boolean keyless = one.secret().filter(key -> key.reveal().isEmpty()).isPresent(); // reported already
        if (!keyless && one.keys().sharesKeysWith(other.keys())) {
            auth.problem(
                    path + "." + keyName(one),
                    "is also another issuer's",
                    "give each issuer a key of its own; keys of one issuer have the same issuer and userPrefix");
        }
        if (one.isNamedAs(other)) {
            auth.problem(
                    path + ".issuer",
                    "is also another entry's, with another userPrefix",
                    "its users would depend on the key: give both entries the same userPrefix");
        }
        if (one.userPrefix().startsWith(other.userPrefix())
                || other.userPrefix().startsWith(one.userPrefix())) {
            auth.problem(
                    path + ".userPrefix",
                    "lets two issuers name the same user",
                    "two keys of one issuer: give both the same issuer, since another prefix makes other users of all; two"
                            + " issuers: give each a prefix that begins no other's, such as \"a:\" and \"b:\"");
        }
    }
}
