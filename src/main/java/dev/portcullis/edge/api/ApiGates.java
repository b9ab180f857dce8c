package dev.portcullis.edge.api;

import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.reputation.AddressGate;
import java.util.function.Predicate;

/**
 * Who may not come in.
 *
 * @param users the banned ones
 */
public record ApiGates(AddressGate addresses, Predicate<UserId> users) {}
