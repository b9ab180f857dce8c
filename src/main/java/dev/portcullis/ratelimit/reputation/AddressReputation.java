package dev.portcullis.ratelimit.reputation;

import dev.portcullis.http.IpAddress;
import io.vertx.core.Future;

/**
 * The reputation of an address, from lists or a service. Asked only about clients that are not authenticated. Never fails: an
 * address that can't be looked up is unknown.
 */
@FunctionalInterface
public interface AddressReputation {
    /** Knows no address. */
    AddressReputation NONE = address -> Future.succeededFuture(Standing.UNKNOWN);

    Future<Standing> of(IpAddress address);

    /** The reputation of one address. */
    enum Standing {
        UNKNOWN,
        /** It is on a list of addresses that attacks come from. */
        LISTED
    }
}
