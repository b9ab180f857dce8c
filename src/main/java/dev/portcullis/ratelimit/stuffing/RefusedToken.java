package dev.portcullis.ratelimit.stuffing;

import java.util.List;

/**
 * A client presented a forged token.
 *
 * @param address the keys of its address: its own, then the wider network that it counts for, if any
 */
public record RefusedToken(List<String> address) {
    public RefusedToken {
        if (address.isEmpty() || address.size() > 2) {
            throw new IllegalArgumentException("an address has one or two keys");
        }
        address = List.copyOf(address);
    }
}
