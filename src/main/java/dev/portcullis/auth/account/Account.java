package dev.portcullis.auth.account;

import dev.portcullis.protocol.UserId;

/**
 * A user who registered here.
 *
 * @param username as it is shown
 * @param passwordHash of the keyed hash of the password
 */
public record Account(UserId id, EmailAddress email, Username username, String passwordHash, long createdAt) {
    Account withPassword(String hash) {
        return new Account(id, email, username, hash, createdAt);
    }

    AccountProfile profile() {
        return new AccountProfile(id, username.shown(), email.value());
    }

    @Override
    public String toString() { // a hash in a log can be guessed at, and an address is personal data (CWE-532)
        return "Account[" + id.value() + "]";
    }
}
