package dev.portcullis.auth.token;

import dev.portcullis.auth.key.KeyFamily;
import dev.portcullis.auth.key.KeyOrigin;
import dev.portcullis.auth.key.KeyOrigin.OfSecret;
import dev.portcullis.auth.key.KeyOriginReader;
import dev.portcullis.auth.key.KeyRing;
import dev.portcullis.auth.key.SignatureAlgorithm;
import dev.portcullis.config.Secret;
import dev.portcullis.config.Section;
import dev.portcullis.protocol.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One of {@code auth.issuers}: an issuer whose tokens are accepted, and what they may grant.
 *
 * @param keys where its keys come from
 * @param ownsAccounts whether its users are this server's accounts, which no other issuer can name
 */
public record IssuerConfig(
        Set<SignatureAlgorithm> algorithms,
        KeyOrigin keys,
        Optional<String> issuer,
        Optional<String> audience,
        String userPrefix,
        Role maxRole,
        boolean allowRooms,
        ClaimNames claims,
        Map<String, Role> roles,
        boolean ownsAccounts) {
    /** The first characters of the ids of this server's accounts. */
    public static final String ACCOUNT_PREFIX = "u:";

    private static final Pattern ALGORITHM = Pattern.compile("[A-Za-z0-9]{1,16}");
    /** The form of a prefix of user ids. */
    public static final Pattern PREFIX = Pattern.compile("|[A-Za-z0-9][A-Za-z0-9_.:@|+-]{0,31}");

    private static final Pattern ROLE_NAME = Pattern.compile("[^\\x00-\\x1f]{1,128}");

    public IssuerConfig {
        algorithms = Set.copyOf(algorithms);
        roles = Map.copyOf(roles);
    }

    /** An issuer with a secret, whose claims have our names. */
    public IssuerConfig(
            Set<String> algorithms,
            Secret secret,
            Optional<String> issuer,
            Optional<String> audience,
            String userPrefix,
            Role maxRole,
            boolean allowRooms) {
        this(
                known(algorithms),
                new OfSecret(secret),
                issuer,
                audience,
                userPrefix,
                maxRole,
                allowRooms,
                ClaimNames.STANDARD,
                Map.of(),
                false);
    }

    static IssuerConfig read(Section issuer) {
        KeyOrigin keys = KeyOriginReader.read(issuer);
        boolean ofServer = keys.isServer();
        IssuerConfig config = new IssuerConfig(
                algorithms(issuer, keys),
                keys,
                issuer.basic()
                        .optionalText(
                                "issuer",
                                "what the claim iss must be; without it any, but with discovery what the issuer says"),
                issuer.basic()
                        .optionalText(
                                "audience",
                                "what the claim aud must name; without it a token with aud is refused; needed with jwks and"
                                        + " discovery"),
                issuer.basic()
                        .text(
                                "userPrefix",
                                "",
                                PREFIX,
                                "prefix of each user id from this issuer; needed where there are several, so that no two of them mean the same user"),
                issuer.basic()
                        .choice(
                                "maxRole",
                                ofServer ? Role.MEMBER : Role.ADMIN,
                                "the highest role that its tokens grant, whatever they claim; member with jwks and discovery"),
                issuer.basic()
                        .flag(
                                "allowRooms",
                                !ofServer,
                                "whether its tokens may grant rooms; false with jwks and discovery"),
                ClaimNames.read(
                        issuer.section("claims"),
                        issuer.has("discovery") ? "preferred_username" : ClaimNames.STANDARD.username()),
                issuer.basic()
                        .table(
                                "roles",
                                Map.of(),
                                ROLE_NAME,
                                "unverified, member, moderator or admin",
                                "the issuer's names of roles, each with ours; other names then grant nothing, and of several"
                                        + " the highest counts",
                                value -> Optional.of(value)
                                        .filter(String.class::isInstance)
                                        .flatMap(id -> Role.of((String) id))),
                false);
        config.check(issuer);
        return config;
    }

    /** The secret of HS256 and its kin; empty where the issuer has the private half of a key. */
    public Optional<Secret> secret() {
        return keys.secret();
    }

    /** The owner under which the ring keeps the issuer's keys. */
    public KeyRing.Owner keyOwner() {
        return new KeyRing.Owner(keys, algorithms, issuer);
    }

    /** All that decides what its tokens mean, as texts; with the secret, so for a digest only (CWE-532). */
    public List<String> parts() {
        List<String> parts = new ArrayList<>(List.of(
                String.join(",", SignatureAlgorithm.ids(algorithms)),
                issuer.orElse(""),
                audience.orElse(""),
                userPrefix,
                maxRole.name(),
                Boolean.toString(allowRooms)));
        parts.addAll(keys.parts());
        parts.addAll(claims.parts());
        roles.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(row -> parts.add(row.getKey() + "=" + row.getValue().name()));
        return List.copyOf(parts);
    }

    /** The same settings, as the issuer of this server's accounts. */
    IssuerConfig owningAccounts() {
        return new IssuerConfig(
                algorithms, keys, issuer, audience, userPrefix, maxRole, allowRooms, claims, roles, true);
    }

    /** The values that {@code iss} may have; empty if it may have any value, or be absent. */
    Set<String> possibleIssuers() {
        return issuer.map(Set::of)
                .orElseGet(() -> keys.fold(secret -> Set.of(), key -> Set.of(), KeyOrigin.OfServer::issuers));
    }

    /** Whether both entries are keys of one issuer, as while a key is being replaced. */
    boolean isKeyOf(IssuerConfig other) {
        return userPrefix.equals(other.userPrefix) && (isNamedAs(other) || isSecretForSame(other));
    }

    /** Who holds a secret signs for one audience, without a name: entries of other servers must say theirs. */
    private boolean isSecretForSame(IssuerConfig other) {
        return Stream.of(this, other)
                        .allMatch(each -> each.issuer.isEmpty() && each.secret().isPresent())
                && audience.isPresent()
                && audience.equals(other.audience);
    }

    boolean isNamedAs(IssuerConfig other) {
        return possibleIssuers().stream().anyMatch(other.possibleIssuers()::contains);
    }

    private static Set<SignatureAlgorithm> algorithms(Section section, KeyOrigin keys) {
        List<String> names = section.basic()
                .texts(
                        "algorithms",
                        SignatureAlgorithm.ids(keys.defaultAlgorithms()),
                        ALGORITHM,
                        "the only algorithms its tokens may be signed with, since the token's own alg never chooses: "
                                + SignatureAlgorithm.words()
                                + "; without it HS256 for a secret, else all that fit the keys");
        if (!section.has("algorithms")) {
            return keys.defaultAlgorithms();
        }
        if (names.isEmpty()) {
            section.problem("algorithms", "is empty", "name one, or leave it out: " + SignatureAlgorithm.words());
        }
        return names.stream()
                .flatMap(name -> algorithm(section, keys, name).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** A public key as the secret of HS256 would let anyone sign (RFC 8725 sections 2.1 and 3.1). */
    private static Optional<SignatureAlgorithm> algorithm(Section section, KeyOrigin keys, String name) {
        Optional<SignatureAlgorithm> known = SignatureAlgorithm.of(name);
        if (known.isEmpty()) {
            section.problem(
                    "algorithms", "names " + name + ", which is none that can be used", SignatureAlgorithm.words());
            return known;
        }
        KeyFamily family = known.get().family();
        boolean unread = keys.secret().isPresent() && !section.has("secret"); // a problem of its own
        if (!unread && !keys.families().contains(family)) {
            section.problem(
                    "algorithms",
                    "names " + name + ", which needs " + family.words(),
                    family == KeyFamily.SECRET
                            ? "only an issuer with secret has one"
                            : "this issuer's keys are of another kind");
        }
        return known;
    }

    private void check(Section section) {
        secret().filter(secret -> section.has("secret")).ifPresent(secret -> checkSecret(section, secret));
        if (keys.isServer() && audience.isEmpty()) { // its tokens for other services would open ours (RFC 8725 3.9)
            section.problem(
                    "audience",
                    "is missing, and the keys come from a server that signs for other services too",
                    "write what aud names in tokens for this service");
        }
    }

    /** A shorter secret can be guessed offline from one token (RFC 8725 section 3.5). */
    private void checkSecret(Section section, Secret secret) {
        if (secret.reveal().contains("-----BEGIN ")) { // all who have a public key could sign (RFC 8725 section 2.1)
            section.problem("secret", "is a PEM text, not a secret", "the path of a public key goes to publicKey");
        }
        int length = secret.bytes().length;
        int needed = algorithms.stream()
                .mapToInt(SignatureAlgorithm::minSecretBytes)
                .max()
                .orElse(SignatureAlgorithm.HS256.minSecretBytes());
        if (length < needed) {
            section.problem(
                    "secret",
                    "is " + length + " bytes long",
                    "at least " + needed + " bytes are needed, from {\"$env\": …} or {\"$file\": …}");
        }
    }

    private static Set<SignatureAlgorithm> known(Set<String> names) {
        return names.stream()
                .flatMap(name -> SignatureAlgorithm.of(name).stream())
                .collect(Collectors.toUnmodifiableSet());
    }
}
