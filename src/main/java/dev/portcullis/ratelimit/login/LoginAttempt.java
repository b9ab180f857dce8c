package dev.portcullis.ratelimit.login;

import dev.portcullis.ratelimit.login.LoginVerdict.LoginHistory;
import java.util.List;
import java.util.Optional;

/**
 * A login, a registration or another use of a password, before the password is checked.
 *
 * @param address the keys of the client's address: its own, then the wider network that it counts for, if any; empty where only
 *     the account limits it
 * @param account the key of the account; empty where no password of one is tried
 * @param known whether it was admitted as one from an address where the account has logged in before, since that decides what
 *     it counted for
 * @param device the device that the client claims to be; once the attempt was admitted, only if it counted for the device
 * @param login of a user who is logged in, where the token names it
 */
public record LoginAttempt(
        List<String> address,
        Optional<String> account,
        boolean known,
        Optional<ClaimedDevice> device,
        Optional<String> login) {
    /**
     * A device that a client claims to be: the account may know it or not.
     *
     * @param account the key of the account
     * @param token a token that only the device has
     */
    public record ClaimedDevice(String account, String token) {
        @Override
        public String toString() { // with the token a stranger is taken for the user (CWE-532)
            return "ClaimedDevice";
        }
    }

    public LoginAttempt {
        if (address.size() > 2 || (address.isEmpty() && account.isEmpty())) {
            throw new IllegalArgumentException("an address has one or two keys");
        }
        address = List.copyOf(address);
    }

    private LoginAttempt(List<String> address, Optional<String> account, Optional<ClaimedDevice> device) {
        this(address, account, false, device, Optional.empty());
    }

    /** One to register, that was not admitted yet. */
    public static LoginAttempt toRegister(List<String> address) {
        return new LoginAttempt(address, Optional.empty(), Optional.empty());
    }

    /** One to log in, that was not admitted yet. */
    public static LoginAttempt toLogIn(String account, List<String> address, Optional<String> device) {
        return new LoginAttempt(address, Optional.of(account), claimed(account, device));
    }

    /** One to get a mail with a link for a new password, that was not admitted yet. */
    public static LoginAttempt toReset(String account, List<String> address, Optional<String> device) {
        return new LoginAttempt(address, Optional.empty(), claimed(account, device));
    }

    private static Optional<ClaimedDevice> claimed(String account, Optional<String> device) {
        return device.map(token -> new ClaimedDevice(account, token));
    }

    /**
     * The failure that counts before a user who is logged in tries a password.
     *
     * @param login the login that the user's token comes from
     */
    public static LoginAttempt ofUser(String account, Optional<String> login) {
        return new LoginAttempt(List.of(), Optional.of(account), false, Optional.empty(), login);
    }

    /** The same attempt once it was admitted so. */
    public LoginAttempt admitted(LoginVerdict.Admitted admitted) {
        LoginHistory history = admitted.history();
        return new LoginAttempt(
                address,
                account,
                history == LoginHistory.KNOWN_ADDRESS,
                device.filter(any -> history == LoginHistory.KNOWN_DEVICE),
                login);
    }

    /** The key of the attempt: the widest network, or the account. */
    String subject() {
        return address.isEmpty() ? account.orElseThrow() : address.get(address.size() - 1);
    }
}
