package dev.portcullis.ratelimit.login;

import java.util.List;

/**
 * The result of checking a password, before the client learns it.
 *
 * @param account the key of the account
 * @param address the keys of the client's address; empty if a user who is logged in gave the password
 * @param codeMissing whether it failed only because no code of a second factor came with it
 */
public record PasswordCheck(String account, boolean failed, List<String> address, boolean codeMissing) {
    public PasswordCheck {
        address = List.copyOf(address);
    }

    /** One to which no code was missing. */
    public PasswordCheck(String account, boolean failed, List<String> address) {
        this(account, failed, address, false);
    }
}
