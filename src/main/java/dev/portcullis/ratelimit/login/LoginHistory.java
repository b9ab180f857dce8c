package dev.portcullis.ratelimit.login;

/** The relation of a client to an account before the password is checked. */
public enum LoginHistory {
    /** The account has logged in from this address. */
    KNOWN_ADDRESS,
    /** The account has logged in with this device. */
    KNOWN_DEVICE,
    /** It has done neither, and no stranger has failed to log in to it lately; it may not exist. */
    NO_FAILURES,
    /** It has done neither, and strangers have failed. */
    FAILURES
}
