package dev.portcullis.auth.mail;

import dev.portcullis.protocol.UserId;
import java.util.Locale;

/**
 * A mail to a user, with a link.
 *
 * @param to the e-mail address
 * @param proved whether its user has shown that they read its mail
 * @param expiresAt the end of the link, in milliseconds
 */
public record Letter(UserId user, String to, boolean proved, LinkToken token, long expiresAt) {
    /** The domain whose mail server takes the letter. */
    String domain() {
        return to.substring(to.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
    }

    /** When it was written, in milliseconds. */
    public long writtenAt() {
        return expiresAt - token.purpose().lifetimeMs();
    }

    @Override
    public String toString() { // an address is personal data
        return "Letter[" + token.purpose().id() + ", " + user.value() + "]";
    }
}
