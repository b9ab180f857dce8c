package dev.portcullis.auth.token;

import dev.portcullis.auth.key.KeySource;

/** One issuer: the keys of its tokens, and the rules for their claims. */
record TrustedIssuer(KeySource keys, ClaimsPolicy policy) {
    /** Whether {@code iss} is what the issuer says of itself, as far as it does (RFC 8414 section 3.3). */
    boolean isSelfNamedIn(JwtStructure structure) {
        return keys.issuer().map(name -> structure.isFrom(name)).orElse(true);
    }
}
