package dev.portcullis.auth.account;

import java.util.Locale;

/** Why a client is not logged in. */
public enum GrantRefusal {
    EMAIL_TAKEN,
    USERNAME_TAKEN,
    /** The e-mail address is none that can be used. */
    BAD_EMAIL,
    BAD_USERNAME,
    /** The new password is too short, too long, too plain, or a common one. */
    WEAK_PASSWORD,
    /** The account does not exist, or its password is another: which of them no client learns. */
    WRONG_CREDENTIALS,
    /** The refresh token is unknown, malformed or expired. */
    UNKNOWN_TOKEN,
    /** The refresh token was used before: its family has ended (RFC 9700 section 4.14). */
    REUSED_TOKEN,
    /** The refresh token is right, and its user is banned: it stays as it is. */
    BANNED,
    /** Too many passwords wait to be checked. */
    BUSY,
    /** This node has no accounts. */
    DISABLED;

    private final String id = name().toLowerCase(Locale.ROOT);

    /** As written to the log. */
    public String id() {
        return id;
    }
}
