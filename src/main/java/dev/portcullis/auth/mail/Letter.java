package dev.portcullis.auth.mail;

import dev.portcullis.protocol.UserId;

/**
 * A mail to a user, with a link.
 *
 * @param to the e-mail address
 * @param expiresAt the end of the link, in milliseconds
 */
public record Letter(UserId user, String to, LinkToken token, long expiresAt) {
    @Override
    public String toString() { // an address is personal data
        return "Letter[" + token.purpose().id() + ", " + user.value() + "]";
    }
}
