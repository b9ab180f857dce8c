package dev.portcullis.auth.refresh;

import dev.portcullis.config.Secret;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A refresh token: where its family is, which of its tokens it is, and the proof. Clients treat it as opaque.
 *
 * @param account the user id without its prefix
 * @param secret 256 bits, in base64url
 */
public record RefreshToken(String account, String family, long generation, String secret) {
    private static final Pattern FORM =
            Pattern.compile("([A-Za-z0-9_-]{22})\\.([A-Za-z0-9_-]{22})\\.(0|[1-9][0-9]{0,9})\\.([A-Za-z0-9_-]{43})");

    /** Longer than any; the rest is not looked at. */
    private static final int MAX_LENGTH = 128;

    /** Empty for a text of another form. */
    public static Optional<RefreshToken> parse(String text) {
        if (text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        Matcher parts = FORM.matcher(text);
        return parts.matches()
                ? Optional.of(new RefreshToken(
                        parts.group(1), parts.group(2), Long.parseLong(parts.group(3)), parts.group(4)))
                : Optional.empty();
    }

    /** The token as the client gets it. */
    public String text() {
        return account + "." + family + "." + generation + "." + secret;
    }

    @Override
    public String toString() {
        return "RefreshToken[" + Secret.REDACTED + "]";
    }
}
