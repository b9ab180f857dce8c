package dev.portcullis.auth.mail;

import dev.portcullis.config.Secret;
import dev.portcullis.config.crypto.Sha256;

/**
 * The token of a link, which says whose it is and what for.
 *
 * @param subject the user id without its prefix where an account is verified; the hash of the e-mail address where a password is
 *     set, since who reads the mail is the user of the address, whatever becomes of accounts with it
 */
public record LinkToken(String subject, LinkPurpose purpose, String text) {
    /** The hash that the store keeps in place of the token. */
    public String hash() {
        return Sha256.base64Url(text);
    }

    @Override
    public String toString() { // who reads it in a log takes the account over (CWE-532)
        return "LinkToken[" + Secret.REDACTED + "]";
    }
}
