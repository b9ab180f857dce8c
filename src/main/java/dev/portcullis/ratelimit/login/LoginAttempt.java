package dev.portcullis.ratelimit.login;

import java.util.List;
import java.util.Optional;

/**
 * A login, a registration or another use of a password, before the password is checked.
 *
 * @param address the keys of the client's address: its own, then the wider network that it counts for, if any; empty
 *     where only the account limits it
 * @param account the key of the account; empty for a registration
 */
public record LoginAttempt(List<String> address, Optional<String> account) {
    public LoginAttempt {
        if (address.size() > 2 || (address.isEmpty() && account.isEmpty())) {
            throw new IllegalArgumentException("an address has one or two keys");
        }
        address = List.copyOf(address);
    }

    /** What the attempt is about: the widest network, or the account. */
    String subject() {
        return address.isEmpty() ? account.orElseThrow() : address.get(address.size() - 1);
    }
}
