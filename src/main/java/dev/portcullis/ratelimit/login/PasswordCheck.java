package dev.portcullis.ratelimit.login;

import java.util.List;
import java.util.Optional;

/**
 * The result of checking a password, before the client learns it.
 *
 * @param account the key of the account
 * @param address the keys of the client's address; empty if a user who is logged in gave the password
 * @param codeMissing whether it failed only because no code of a second factor came with it
 * @param device the token of the client's device; after a right password the account knows it
 */
public record PasswordCheck(
        String account, boolean failed, List<String> address, boolean codeMissing, Optional<String> device) {
    public PasswordCheck {
        address = List.copyOf(address);
    }

    /** A right password. */
    public static PasswordCheck right(String account, List<String> address, Optional<String> device) {
        return new PasswordCheck(account, false, address, false, device);
    }

    /** A wrong one, or one that came without the code that it needs. */
    public static PasswordCheck failed(
            String account, List<String> address, boolean codeMissing, Optional<String> device) {
        return new PasswordCheck(account, true, address, codeMissing, device);
    }

    /** One that counts before a user who is logged in tries a password. */
    public static PasswordCheck ofUser(String account) {
        return failed(account, List.of(), false, Optional.empty());
    }

    @Override
    public String toString() { // with the token a stranger is taken for the user (CWE-532)
        return "PasswordCheck";
    }
}
