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
 * @param login of a user who is logged in, where the token names it
 */
public record PasswordCheck(
        String account,
        boolean failed,
        List<String> address,
        boolean codeMissing,
        Optional<String> device,
        Optional<String> login) {
    public PasswordCheck {
        address = List.copyOf(address);
    }

    /** A right password. */
    public static PasswordCheck right(String account, List<String> address, Optional<String> device) {
        return new PasswordCheck(account, false, address, false, device, Optional.empty());
    }

    /** A wrong one, or one that came without the code that it needs. */
    public static PasswordCheck failed(
            String account, List<String> address, boolean codeMissing, Optional<String> device) {
        return new PasswordCheck(account, true, address, codeMissing, device, Optional.empty());
    }

    /**
     * A failure that counts before a user who is logged in tries a password.
     *
     * @param login the login that the user's token comes from
     */
    public static PasswordCheck ofUser(String account, Optional<String> login) {
        return new PasswordCheck(account, true, List.of(), false, Optional.empty(), login);
    }

    @Override
    public String toString() { // with the token a stranger is taken for the user (CWE-532)
        return "PasswordCheck";
    }
}
