package dev.portcullis.auth.session;

import java.util.Optional;

/**
 * A revocation as it is stored.
 *
 * @param until when it no longer counts
 * @param issuedBefore the time before which the revoked tokens were issued; empty if it may be any
 */
record RevocationRow(long until, Optional<Long> issuedBefore) {
    boolean isInForce(long now) {
        return until > now;
    }

    boolean revokes(TokenIdentity token, long now) {
        return isInForce(now)
                && issuedBefore.filter(time -> token.issuedAt() >= time).isEmpty();
    }

    /** The two as one, which revokes what either revokes. */
    RevocationRow and(RevocationRow other) {
        return new RevocationRow(
                Math.max(until, other.until),
                issuedBefore.flatMap(time -> other.issuedBefore.map(each -> Math.max(time, each))));
    }
}
