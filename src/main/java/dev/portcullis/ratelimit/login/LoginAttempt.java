package dev.portcullis.ratelimit.login;

import java.util.List;
import java.util.Optional;

/**
 * A login or registration before its password is checked.
 *
 * @param address the keys of the client's address: its own, then the wider network that it counts for, if any
 * @param account the key of the account; empty for a registration
 */
public record LoginAttempt(List<String> address, Optional<String> account) {
    public LoginAttempt {
        if (address.isEmpty() || address.size() > 2) {
            throw new IllegalArgumentException("an address has one or two keys");
        }
        address = List.copyOf(address);
    }

    String network() {
        return address.get(address.size() - 1);
    }
}
