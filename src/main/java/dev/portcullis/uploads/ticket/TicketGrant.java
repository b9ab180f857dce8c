package dev.portcullis.uploads.ticket;

import dev.portcullis.protocol.Role;
import java.util.Optional;

/**
 * The token by which a ticket was given: who brings the ticket shows none, and what was right then may be over (CWE-613).
 *
 * @param role of the user
 * @param grantsRoom whether the token grants the room of the file
 * @param tokenId {@code jti}, or the hash of what is signed
 * @param issuedAt milliseconds; 0 where the token has no {@code iat}
 * @param family {@code sid}: the login that the token comes from
 */
public record TicketGrant(Role role, boolean grantsRoom, String tokenId, long issuedAt, Optional<String> family) {}
