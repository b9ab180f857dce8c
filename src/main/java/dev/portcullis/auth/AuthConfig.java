package dev.portcullis.auth;

import dev.portcullis.auth.token.TokenConfig;
import dev.portcullis.config.Section;
import java.util.EnumSet;
import java.util.Set;

/**
 * The section {@code auth}.
 *
 * @param accept the ways a token may come
 * @param messageTimeoutMs how long a connection without a token may take to send its {@code auth} frame
 * @param tokens which of them are good
 */
public record AuthConfig(
        Set<CredentialSource> accept, RejectWith rejectWith, long messageTimeoutMs, TokenConfig tokens) {
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
                        CredentialSource.OFFERED,
                        CredentialSource.class,
                        "ways in which a client may present its token; cookie and query are not offered yet"),
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
                TokenConfig.read(auth, instances));
        config.judgeWays(auth);
        return config;
    }

    public boolean accepts(CredentialSource source) {
        return accept.contains(source);
    }

    private void judgeWays(Section auth) {
        if (accept.isEmpty()) {
            auth.problem("accept", "names no way in", "name at least one of subprotocol, message, header");
        }
        for (CredentialSource source : EnumSet.complementOf(EnumSet.copyOf(CredentialSource.OFFERED))) {
            if (accepts(source)) {
                auth.problem("accept", "names " + source.id() + ", which comes with a later version", "leave it out");
            }
        }
    }
}
