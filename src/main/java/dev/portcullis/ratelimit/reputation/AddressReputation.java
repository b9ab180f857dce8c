package dev.portcullis.ratelimit.reputation;

import dev.portcullis.http.IpAddress;
import io.vertx.core.Future;

/**
 * What is known of an address from outside. Asked only about clients that are not authenticated. Never fails: an address
 * that can't be looked up is unknown.
 */
@FunctionalInterface
public interface AddressReputation {
    /** Knows no address. */
    AddressReputation NONE = address -> Future.succeededFuture(Standing.UNKNOWN);

    Future<Standing> of(IpAddress address);

    /** What is known. */
    enum Standing {
        UNKNOWN,
        /** On a list of addresses that attacks come from. */
        LISTED
    }
}
