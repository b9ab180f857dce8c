package dev.portcullis.ratelimit.login;

/** What is known of an account and an address before its password is checked. */
public enum LoginHistory {
    /** The account has logged in from this address. */
    KNOWN_ADDRESS,
    /** It has not, and no stranger has failed to log in to it lately; it may not exist. */
    NO_FAILURES,
    /** It has not, and strangers have failed. */
    FAILURES
}
