package dev.portcullis.auth.session;

import java.util.List;
import java.util.Optional;

/**
 * The result of a revocation in the store.
 *
 * @param ended the sessions that it ended
 * @param issuedBefore set where the user had too many revocations: all tokens issued before this time are revoked instead
 */
public record RevokedSessions(List<Session> ended, Optional<Long> issuedBefore) {}
