package dev.portcullis.ratelimit;

import java.util.List;
import java.util.Optional;

/**
 * One attempt to open a connection.
 *
 * @param keys the address, then the wider network that it counts for, if any
 */
public record AddressAttempt(List<String> keys) {
    public AddressAttempt {
        if (keys.isEmpty() || keys.size() > 2) {
            throw new IllegalArgumentException("an address has one or two keys");
        }
        keys = List.copyOf(keys);
    }

    String address() {
        return keys.get(0);
    }

    Optional<String> network() {
        return keys.size() == 1 ? Optional.empty() : Optional.of(keys.get(1));
    }
}
