package dev.portcullis.edge.api;

import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.reputation.AddressGate;
import java.util.function.Predicate;

/**
 * Refuses banned addresses and users.
 *
 * @param users tells whether a user is banned
 */
public record ApiGates(AddressGate addresses, Predicate<UserId> users) {}
