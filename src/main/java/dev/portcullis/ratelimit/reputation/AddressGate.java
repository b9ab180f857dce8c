package dev.portcullis.ratelimit.reputation;

import dev.portcullis.http.IpAddress;
import dev.portcullis.protocol.LowerCaseId;
import dev.portcullis.ratelimit.ban.Ban;
import dev.portcullis.ratelimit.reputation.AddressReputation.Standing;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Function;

/**
 * Decides by the address alone. A ban by an operator holds for all clients. A ban by a rule, and the reputation of the address,
 * hold only for clients that are not authenticated: many people may share an address.
 */
public final class AddressGate {
    private final Function<IpAddress, Optional<Ban>> bans;
    private final AddressReputation reputation;

    /** Why an address is refused. */
    public enum Refusal implements LowerCaseId {
        BANNED,
        LISTED
    }

    /** @param bans the ban of an address that is in force */
    public AddressGate(Function<IpAddress, Optional<Ban>> bans, AddressReputation reputation) {
        this.bans = bans;
        this.reputation = reputation;
    }

    /** Whether no client comes in from here, whatever its token says. */
    public boolean isClosed(IpAddress address) {
        return bans.apply(address).filter(Ban::holdsForAll).isPresent();
    }

    /** Whether a client without a valid token is refused. Never fails. */
    public Future<Optional<Refusal>> refusalOfUnauthenticated(IpAddress address) {
        return bans.apply(address).isPresent()
                ? Future.succeededFuture(Optional.of(Refusal.BANNED))
                : reputation
                        .of(address)
                        .map(standing -> standing == Standing.LISTED ? Optional.of(Refusal.LISTED) : Optional.empty());
    }
}
