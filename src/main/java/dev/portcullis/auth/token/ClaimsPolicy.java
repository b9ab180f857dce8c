package dev.portcullis.auth.token;

import dev.portcullis.auth.token.FlatJson.Text;
import dev.portcullis.auth.token.FlatJson.Texts;
import dev.portcullis.content.PlainText;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks the claims of one issuer's well-formed tokens. */
final class ClaimsPolicy {
    private static final int MAX_USERNAME = 64;
    private static final int MAX_TOKEN_ID = 256;

    /** Later than any real time; beyond it, milliseconds would overflow. */
    private static final double MAX_SECONDS = 1e11;

    /** Characters that reorder the text around a name (CWE-451). */
    private static final Pattern REORDERING = Pattern.compile("[\\u202A-\\u202E\\u2066-\\u2069]");

    /** The hash of a certificate (RFC 8705 section 3.1). */
    private static final Pattern THUMBPRINT = Pattern.compile("[A-Za-z0-9_-]{43}");

    private static final Set<String> OTHER_USES = Set.of("refresh", "offline", "logout");

    private final IssuerConfig issuer;
    private final TokenConfig config;
    private final ClaimNames names;
    private final RoleClaim roles;
    private final Set<String> issuers;
    private final boolean hasAccounts;
    private final List<Rule> rules;

    ClaimsPolicy(IssuerConfig issuer, TokenConfig config) {
        this.issuer = issuer;
        this.config = config;
        this.names = issuer.claims();
        this.roles = new RoleClaim(names.role(), issuer.roles());
        this.issuers = issuer.possibleIssuers();
        this.hasAccounts = config.hasAccounts();
        this.rules = rules();
    }

    /** Whether {@code iss} may mean this issuer. */
    boolean isNamedIn(JwtStructure structure) {
        return issuers.isEmpty()
                || structure.claims().text("iss").filter(issuers::contains).isPresent();
    }

    /** Whether this issuer may have issued the token. */
    boolean mayBeFrom(JwtStructure structure) {
        return issuer.algorithms().contains(structure.algorithm()) && isNamedIn(structure);
    }

    /**
     * Checks claims whose signature is valid. Reports a token as expired only if nothing else is wrong with it.
     *
     * @param signedHash the id of a token without {@code jti}
     */
    TokenVerification check(FlatJson claims, String signedHash, long now) {
        return defectOf(claims, now).map(TokenVerification::invalid).orElseGet(() -> {
            TokenClaims accepted = toClaims(claims, signedHash);
            return now >= accepted.expiresAt() // on or after it (RFC 7519 section 4.1.4)
                    ? TokenVerification.invalid(TokenDefect.EXPIRED)
                    : new TokenVerification.Valid(accepted);
        });
    }

    private Optional<TokenDefect> defectOf(FlatJson claims, long now) {
        for (Rule rule : rules) {
            if (!rule.kept().isKept(claims, now)) {
                return Optional.of(rule.defect());
            }
        }
        return Optional.empty();
    }

    /** What each token must keep to, in the order in which defects are told. */
    private List<Rule> rules() {
        return List.of(
                new Rule(TokenDefect.WRONG_AUDIENCE, (claims, now) -> isForUs(claims)),
                new Rule(TokenDefect.ID_TOKEN, (claims, now) -> !isIdToken(claims)),
                new Rule(TokenDefect.WRONG_TYPE, (claims, now) -> !isOfOtherUse(claims)),
                new Rule(TokenDefect.NOT_YET_VALID, this::hasBegun),
                new Rule(TokenDefect.TOO_LONG_LIVED, this::isShortLived),
                new Rule(
                        TokenDefect.MISSING_CLAIM,
                        (claims, now) -> claims.at(names.sub()).isPresent()),
                new Rule(TokenDefect.MALFORMED_CLAIM, (claims, now) -> isTyped(claims)),
                new Rule(TokenDefect.WRONG_SUBJECT, (claims, now) -> isUser(claims)),
                new Rule(TokenDefect.WRONG_TOKEN_ID, (claims, now) -> hasGoodId(claims)),
                new Rule(TokenDefect.UNKNOWN_BINDING, (claims, now) -> isBoundAsKnown(claims)),
                new Rule(
                        TokenDefect.WRONG_ROLE,
                        (claims, now) -> roles.of(claims).isPresent()),
                new Rule(TokenDefect.WRONG_ROOMS, (claims, now) -> areRooms(rooms(claims))));
    }

    /** @param defect of a token that breaks the rule */
    private record Rule(TokenDefect defect, Check kept) {
        interface Check {
            boolean isKept(FlatJson claims, long now);
        }
    }

    /**
     * Without a configured audience, refuses tokens that have one: they are for another service (RFC 7519 section
     * 4.1.3).
     */
    private boolean isForUs(FlatJson claims) {
        return issuer.audience()
                .map(ours -> claims.texts("aud").contains(ours)
                        || claims.text("aud").filter(ours::equals).isPresent())
                .orElseGet(() -> !claims.has("aud"));
    }

    /** An ID token tells an application who logged in; it grants no access (RFC 8725 section 2.8). */
    private static boolean isIdToken(FlatJson claims) {
        String use = claims.text("typ").orElse("");
        return (claims.has("nonce") && !use.equalsIgnoreCase("Bearer")) // Keycloak before 25 puts it into both
                || claims.has("at_hash")
                || claims.has("c_hash")
                || use.equalsIgnoreCase("ID")
                || claims.text("token_use").map("id"::equalsIgnoreCase).orElse(false);
    }

    /**
     * Tokens that an issuer signs for another use (RFC 8725 section 3.12), such as Keycloak's refresh tokens. A token
     * with an object {@code events} reports what has happened, such as a logout, and may have the {@code typ} of any (RFC 8417
     * section 4.6).
     */
    private static boolean isOfOtherUse(FlatJson claims) {
        return claims.object("events").isPresent()
                || claims.text("typ")
                        .map(use -> OTHER_USES.contains(use.toLowerCase(Locale.ROOT)))
                        .orElse(false);
    }

    private boolean isTyped(FlatJson claims) {
        return claims.at(names.sub()).filter(Text.class::isInstance).isPresent()
                && claims.at(names.role()).map(roles::isTyped).orElse(true)
                && (!issuer.allowRooms()
                        || claims.at(names.rooms()).map(Texts.class::isInstance).orElse(true));
    }

    /** A token that is bound to any proof which can't be checked here is good for its owner only (RFC 7800 section 3.1). */
    private static boolean isBoundAsKnown(FlatJson claims) {
        return !claims.has("cnf") || certificate(claims).isPresent();
    }

    private static Optional<String> certificate(FlatJson claims) {
        return claims.object("cnf")
                .filter(binding -> binding.size() == 1)
                .flatMap(binding -> binding.text("x5t#S256"))
                .filter(hash -> THUMBPRINT.matcher(hash).matches());
    }

    /** Rooms in a token count only where its issuer may grant rooms. */
    private List<String> rooms(FlatJson claims) {
        return issuer.allowRooms() && claims.at(names.rooms()).orElse(null) instanceof Texts value
                ? value.texts()
                : List.of();
    }

    /** A token from the future would survive every revocation of tokens "issued before" a time. */
    private boolean hasBegun(FlatJson claims, long now) {
        double latest = now + (double) config.clockSkewMs();
        return claims.number("nbf").orElse(0.0) * 1_000 <= latest
                && claims.number("iat").orElse(0.0) * 1_000 <= latest;
    }

    private boolean isShortLived(FlatJson claims, long now) {
        double end = claims.number("exp").orElse(Double.MAX_VALUE) * 1_000;
        double begin = claims.number("iat").map(seconds -> seconds * 1_000).orElse((double) now);
        return end - begin <= config.maxLifetime() && Math.abs(end) <= MAX_SECONDS * 1_000;
    }

    private boolean isUser(FlatJson claims) {
        String id = userIdOf(claims);
        return !text(claims, names.sub()).isEmpty()
                && !UserId.isReserved(id)
                && (!hasAccounts || issuer.ownsAccounts() == isAccount(id));
    }

    private static boolean isAccount(String userId) {
        return userId.startsWith(IssuerConfig.ACCOUNT_PREFIX);
    }

    private static boolean hasGoodId(FlatJson claims) {
        return claims.text("jti").map(ClaimsPolicy::isTokenId).orElse(true)
                && claims.text("sid").map(ClaimsPolicy::isTokenId).orElse(true);
    }

    private static boolean isTokenId(String id) {
        return !id.isEmpty() && id.length() <= MAX_TOKEN_ID;
    }

    private boolean areRooms(List<String> rooms) {
        return rooms.size() <= config.maxRooms() && rooms.stream().allMatch(ClaimsPolicy::isRoomOrPrefix);
    }

    /** A room's name, or a prefix followed by {@code *}; the bare {@code *} is every room. */
    private static boolean isRoomOrPrefix(String room) {
        String name = room.endsWith("*") ? room.substring(0, room.length() - 1) : room;
        return RoomId.isValid(name) || room.equals("*");
    }

    private TokenClaims toClaims(FlatJson claims, String signedHash) {
        Role claimed = roles.of(claims).orElse(Role.MEMBER);
        return new TokenClaims(
                new UserId(userIdOf(claims)),
                claims.text("iss").orElse(""),
                Optional.of(text(claims, names.username())).flatMap(ClaimsPolicy::name),
                claimed.compareTo(issuer.maxRole()) > 0 ? issuer.maxRole() : claimed,
                rooms(claims),
                claims.text("jti").orElse(signedHash),
                millis(claims, "iat").orElse(0L),
                millis(claims, "exp").orElse(0L),
                claims.text("sid"),
                certificate(claims),
                claims.text("csrf"));
    }

    private static String text(FlatJson claims, String path) {
        return claims.at(path).orElse(null) instanceof Text value ? value.text() : "";
    }

    /**
     * No two users of an issuer get the same id: a {@code sub} in the form of a hash is hashed too. So is one that would
     * be an account of this server, which its issuer must not speak for (CWE-290).
     */
    private String userIdOf(FlatJson claims) {
        String sub = text(claims, names.sub());
        String plain = issuer.userPrefix() + sub;
        boolean fits = UserId.isValid(sub)
                && UserId.isValid(plain)
                && !HashedSubject.hasFormOf(sub)
                && (issuer.ownsAccounts() || !hasAccounts || !isAccount(plain));
        return fits
                ? plain
                : issuer.userPrefix() + HashedSubject.of(claims.text("iss").orElse(""), sub);
    }

    private static Optional<Long> millis(FlatJson claims, String name) {
        return claims.number(name).map(seconds -> (long) Math.floor(seconds * 1_000));
    }

    /** The part of a name that can be shown. A bad name never invalidates its token. */
    private static Optional<String> name(String username) {
        String name = PlainText.line(REORDERING.matcher(username).replaceAll(""), MAX_USERNAME);
        return PlainText.isSeen(name) ? Optional.of(name) : Optional.empty();
    }
}
