package dev.portcullis.auth.key;

import dev.portcullis.protocol.LowerCaseId;

/** The result of reading an issuer's keys from its server. */
public enum KeyFetchResult implements LowerCaseId {
    OK("the keys are read"),
    NO_ANSWER("the server did not answer in time, or its circuit breaker is open"),
    ADDRESS_REFUSED("an address of the host is private, and internalHosts does not name it"),
    TLS_FAILED("the server's certificate is not for this host, or of no authority that is trusted"),
    REDIRECTED("the server names another place, which is not followed"),
    TOO_LARGE("the answer is too large"),
    BAD_STATUS("the server's status is not 200"),
    BAD_DOCUMENT("the answer is not the JSON that is needed"),
    WRONG_ISSUER("the discovery document is of another issuer"),
    FOREIGN_HOST("the keys are on a host that is neither that of discovery nor named in jwksHosts"),
    NO_KEYS("the set has no key that can be used");

    private final String sentence;

    KeyFetchResult(String sentence) {
        this.sentence = sentence;
    }

    public String sentence() {
        return sentence;
    }
}
