package dev.portcullis.auth.revocation;

import io.vertx.core.Future;

/** Revokes tokens, and ends the sessions that were opened with them. */
@FunctionalInterface
public interface Revoker {
    /**
     * Completes once the store holds the revocation and every edge will learn of it; fails where that is not certain:
     * then it may be repeated. False only for a session that is not live.
     */
    Future<Boolean> revoke(Revocation revocation);
}
