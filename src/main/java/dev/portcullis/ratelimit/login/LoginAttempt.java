package dev.portcullis.ratelimit.login;

import java.util.List;
import java.util.Optional;

/**
 * A login, a registration or another use of a password, before the password is checked.
 *
 * @param address the keys of the client's address: its own, then the wider network that it counts for, if any; empty
 *     where only the account limits it
 * @param account the key of the account; empty for a registration
 * @param known whether it was admitted as one from an address where the account has logged in before, since that decides what
 *     it counted for
 */
public record LoginAttempt(List<String> address, Optional<String> account, boolean known) {
    public LoginAttempt {
        if (address.size() > 2 || (address.isEmpty() && account.isEmpty())) {
            throw new IllegalArgumentException("an address has one or two keys");
        }
        address = List.copyOf(address);
    }

    /** One that was not admitted yet. */
    public LoginAttempt(List<String> address, Optional<String> account) {
        this(address, account, false);
    }

    /** The failure that counts before a user who is logged in tries a password. */
    public static LoginAttempt ofUser(String account) {
        return new LoginAttempt(List.of(), Optional.of(account));
    }

    /** @param history of its admission */
    public LoginAttempt admitted(LoginHistory history) {
        return new LoginAttempt(address, account, history == LoginHistory.KNOWN_ADDRESS);
    }

    /** What the attempt is about: the widest network, or the account. */
    String subject() {
        return address.isEmpty() ? account.orElseThrow() : address.get(address.size() - 1);
    }
}
