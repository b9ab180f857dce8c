package dev.portcullis.auth.account;

import dev.portcullis.protocol.LowerCaseId;

/** Why a client is not logged in. */
public enum GrantRefusal implements LowerCaseId {
    EMAIL_TAKEN,
    USERNAME_TAKEN,
    /** The e-mail address is none that can be used. */
    BAD_EMAIL,
    BAD_USERNAME,
    /** The new password is too short, too long, too plain, or a common one. */
    WEAK_PASSWORD,
    /** The account does not exist, or its password is another: which of them no client learns. */
    WRONG_CREDENTIALS,
    /** The password is right, and the account has a second factor, of which no code came. */
    SECOND_FACTOR_REQUIRED,
    /** The code of the second factor is wrong, or was used before. */
    WRONG_CODE,
    SECOND_FACTOR_EXISTS,
    /** The refresh token is unknown, malformed or expired. */
    UNKNOWN_TOKEN,
    /** The refresh token was used before: its family has ended (RFC 9700 section 4.14). */
    REUSED_TOKEN,
    /** The refresh tokens of its login come too often. This one was not looked up, and stays as it is. */
    TOO_OFTEN,
    /** The refresh token is right, and its user is banned: it stays as it is. */
    BANNED,
    /** No one creates an account here. */
    REGISTRATION_CLOSED,
    /** There is no such invitation, or it was used, or is over. */
    NOT_INVITED,
    /** The link was never mailed, was used, or is over. */
    BAD_LINK,
    /** The e-mail address is not verified, and has to be. */
    NOT_VERIFIED,
    ALREADY_VERIFIED,
    /** A mail was sent a short time ago. */
    MAILED,
    /** Too many passwords wait to be checked. This one was not. */
    BUSY,
    /** The account could not be read, so no password was checked. */
    UNREAD,
    DISABLED;

    /** Whether nothing was looked up or compared, so that the client could learn nothing. */
    public boolean isUntried() {
        return switch (this) {
            case BAD_EMAIL, BAD_USERNAME, WEAK_PASSWORD, REGISTRATION_CLOSED, TOO_OFTEN, BUSY, UNREAD, DISABLED -> true;
            case EMAIL_TAKEN, USERNAME_TAKEN, NOT_INVITED, WRONG_CREDENTIALS -> false;
            case SECOND_FACTOR_REQUIRED, WRONG_CODE, SECOND_FACTOR_EXISTS -> false;
            case UNKNOWN_TOKEN, REUSED_TOKEN, BANNED -> false;
            case BAD_LINK, NOT_VERIFIED, ALREADY_VERIFIED, MAILED -> false;
        };
    }

    /**
     * Whether it counts as a failed login. A right password without the code counts too: otherwise guesses beyond the limit
     * would still tell which password is right (CWE-307).
     */
    public boolean isFailedLogin() {
        return this == WRONG_CREDENTIALS || this == SECOND_FACTOR_REQUIRED || this == WRONG_CODE;
    }
}
