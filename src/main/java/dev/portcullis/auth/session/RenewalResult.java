package dev.portcullis.auth.session;

/** The result of giving a session another token. */
public enum RenewalResult {
    RENEWED,
    /** The new token is revoked. The session keeps its former one. */
    REVOKED,
    /** The session is not live. */
    ENDED
}
