package dev.portcullis.auth;

import dev.portcullis.auth.certificate.CertificateRule;
import dev.portcullis.auth.certificate.CertificatesConfig;
import dev.portcullis.auth.session.CredentialSource;
import dev.portcullis.auth.token.TokenConfig;
import dev.portcullis.config.Section;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The section {@code auth}.
 *
 * @param tokens the tokens that are accepted
 * @param demoLogin whether anyone gets a token for the name that they give
 */
public record AuthConfig(
        Set<CredentialSource> accept,
        RejectWith rejectWith,
        long messageTimeoutMs,
        String cookieName,
        TokenConfig tokens,
        long expiryNoticeMs,
        CertificatesConfig certificates,
        boolean demoLogin) {
    private static final Pattern COOKIE_NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    /** How a handshake with a bad token ends. */
    public enum RejectWith {
        CLOSE,
        HTTP
    }

    /** @param instances the number of instances on this node, which share the heap for cached tokens */
    public static AuthConfig read(Section auth, int instances) {
        TokenConfig tokens = TokenConfig.read(auth, instances);
        AuthConfig config = new AuthConfig(
                auth.basic()
                        .choices(
                                "accept",
                                CredentialSource.DEFAULTS,
                                CredentialSource.class,
                                "ways in which a client may present its token: in the subprotocol bearer.<jwt>, the frame auth, the header Authorization, a cookie, or ?token="),
                auth.choice(
                        "rejectWith",
                        RejectWith.CLOSE,
                        "how a handshake with a bad token ends: a close frame, which a browser can read, or HTTP 401"),
                auth.millis(
                        "messageTimeoutMs",
                        10_000,
                        100,
                        60_000,
                        "how long a connection that brought no token may take to send its auth frame"),
                auth.basic()
                        .text(
                                "cookieName",
                                "__Host-portcullis_token",
                                COOKIE_NAME,
                                "the cookie that holds the token, where accept names cookie; keep a name that begins with __Host-, which no page of a sibling domain can set"),
                tokens,
                auth.millis(
                        "expiryNoticeMs",
                        60_000,
                        1_000,
                        3_600_000,
                        "how long before a token's end its client gets token_expiring"),
                CertificatesConfig.read(auth.section("certificates"), tokens),
                auth.basic()
                        .flag(
                                "demoLogin",
                                false,
                                "gives anyone a token for the name that they type, without a password: for a first try; only where dev is"
                                        + " true"));
        config.checkSources(auth);
        return config;
    }

    public boolean accepts(CredentialSource source) {
        return accept.contains(source);
    }

    /** The same settings, for tokens that come in this way at most. */
    public AuthConfig onlyBy(CredentialSource source) {
        return new AuthConfig(
                accepts(source) ? Set.of(source) : Set.of(),
                rejectWith,
                messageTimeoutMs,
                cookieName,
                tokens,
                expiryNoticeMs,
                certificates,
                demoLogin);
    }

    public CertificateRule certificateRule() {
        return new CertificateRule(certificates, tokens.maxLifetime());
    }

    private void checkSources(Section auth) {
        if (accept.isEmpty()) {
            auth.problem(
                    "accept", "names no way in", "name at least one of subprotocol, message, header, cookie, query");
        }
    }
}
