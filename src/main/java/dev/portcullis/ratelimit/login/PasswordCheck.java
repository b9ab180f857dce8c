package dev.portcullis.ratelimit.login;

import java.util.List;

/**
 * The result of checking a password, before the client learns it.
 *
 * @param account the key of the account
 * @param address the keys of the client's address; empty if a user who is logged in gave the password
 */
public record PasswordCheck(String account, boolean failed, List<String> address) {
    public PasswordCheck {
        address = List.copyOf(address);
    }
}
