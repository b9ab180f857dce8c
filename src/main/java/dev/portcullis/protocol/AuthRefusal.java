package dev.portcullis.protocol;

/** Why a token is refused. */
public enum AuthRefusal implements LowerCaseId {
    INVALID_TOKEN,
    EXPIRED_TOKEN,
    REVOKED_TOKEN
}
