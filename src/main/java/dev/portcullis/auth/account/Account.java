package dev.portcullis.auth.account;

import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * A user who registered here.
 *
 * @param username as it is shown
 * @param passwordHash of the keyed hash of the password
 * @param verified whether the user has shown that they read the mail of the address
 */
public record Account(
        UserId id, EmailAddress email, Username username, String passwordHash, long createdAt, boolean verified) {
    Account withPassword(String hash) {
        return new Account(id, email, username, hash, createdAt, verified);
    }

    Account asVerified() {
        return new Account(id, email, username, passwordHash, createdAt, true);
    }

    /** @param mailed whether this server can verify addresses */
    AccountProfile profile(boolean mailed) {
        return new AccountProfile(
                id, username.shown(), email.value(), mailed ? Optional.of(verified) : Optional.empty());
    }

    @Override
    public String toString() { // a hash in a log can be guessed at, and an address is personal data (CWE-532)
        return "Account[" + id.value() + "]";
    }
}
