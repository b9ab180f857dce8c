package dev.portcullis.edge.tcp;

import java.util.List;

/**
 * The charge of a request to its address, which gets it back if the client proves to be a user.
 *
 * @param keys the keys of the address that it counted under, narrowest first
 * @param waitMs how long the address has to wait; 0 if the request is within its limit
 */
public record RequestCharge(List<String> keys, long waitMs) {
    public boolean isOwed() {
        return waitMs > 0;
    }
}
