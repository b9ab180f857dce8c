package dev.portcullis.ratelimit.login;

import dev.portcullis.ratelimit.login.LoginAttempt.ClaimedDevice;
import dev.portcullis.ratelimit.stuffing.RecentItems;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.rows.RowKey;
import java.util.List;
import java.util.Optional;

/**
 * One window with its limit.
 *
 * @param subject the account, or the widest network of the address, in whose lane it is: what one step counts has one subject
 * @param name what is counted
 * @param max how many may count at a time
 */
record LoginWindow(Kind kind, String subject, String name, int max) {
    /** The table of the windows that count logins. */
    static final String LOGINS = "logins";

    /** The table of the windows that bound the guesses of strangers (CWE-307). */
    static final String FAILURES = "login_failures";

    /** The table of the windows that only users who have logged in can have. */
    static final String KNOWN_FAILURES = "known_login_failures";

    enum Kind {
        ADDRESS(LOGINS, "l"),
        KNOWN_LOGIN(LOGINS, "n"),
        KNOWN_LOGINS(LOGINS, "m"),
        CODE_MISSING(LOGINS, "s"),
        ACCOUNT(FAILURES, "f"),
        KNOWN(KNOWN_FAILURES, "k"),
        DEVICE(KNOWN_FAILURES, "d"),
        OWNER(KNOWN_FAILURES, "o");

        private final String table;
        private final String key;

        Kind(String table, String key) {
            this.table = table;
            this.key = key;
        }
    }

    /**
     * Logins at an address, or in one of its networks.
     *
     * @param network one of the keys of the address, or one between them
     */
    static LoginWindow address(List<String> address, String network, int max) {
        return new LoginWindow(Kind.ADDRESS, widest(address), network, max);
    }

    /** Logins of an account at an address from which it has logged in before. */
    static LoginWindow knownLogin(String account, List<String> address, int max) {
        return new LoginWindow(Kind.KNOWN_LOGIN, widest(address), account + ":" + address.get(0), max);
    }

    /** Logins at an address of all accounts that have logged in from there before. */
    static LoginWindow knownLogins(List<String> address, int max) {
        return new LoginWindow(Kind.KNOWN_LOGINS, widest(address), address.get(0), max);
    }

    /** Logins of an account with one of the devices that it knows. */
    static LoginWindow deviceLogin(ClaimedDevice device, int max) {
        return new LoginWindow(Kind.KNOWN_LOGIN, device.account(), nameOf(device), max);
    }

    /** Mails for a new password that are asked for with one of these. */
    static LoginWindow deviceReset(ClaimedDevice device, int max) {
        return new LoginWindow(Kind.KNOWN_LOGIN, device.account(), nameOf(device) + ":mail", max);
    }

    /** Logins of an account with all of these. */
    static LoginWindow deviceLogins(String account, int max) {
        return new LoginWindow(Kind.KNOWN_LOGINS, account, account, max);
    }

    static LoginWindow account(String account, int max) {
        return new LoginWindow(Kind.ACCOUNT, account, account, max);
    }

    /** Counts for an account at one address from which it has logged in before. */
    static LoginWindow known(String account, String address, int max) {
        return new LoginWindow(Kind.KNOWN, account, account + ":" + address, max);
    }

    /** Counts for an account with one of the devices that it knows. */
    static LoginWindow device(ClaimedDevice device, int max) {
        return new LoginWindow(Kind.DEVICE, device.account(), nameOf(device), max);
    }

    /** Counts for the user of an account in one of its logins; the logins whose tokens name none count as one. */
    static LoginWindow owner(String account, Optional<String> login, int max) {
        return new LoginWindow(
                Kind.OWNER,
                account,
                account + ":" + login.map(RecentItems::hash).orElse(""),
                max);
    }

    /** Counts for the user of an account in all of its logins. */
    static LoginWindow owners(String account, int max) {
        return new LoginWindow(Kind.OWNER, account, account, max);
    }

    /** Right passwords of an account, of one address, that came without the code of its second factor. */
    static LoginWindow codeMissing(String account, List<String> address) {
        return new LoginWindow(Kind.CODE_MISSING, widest(address), account + ":" + address.get(0), Integer.MAX_VALUE);
    }

    /** Right passwords of an account, of one of the devices that it knows, that came without the code of its second factor. */
    static LoginWindow codeMissing(ClaimedDevice device) {
        return new LoginWindow(Kind.CODE_MISSING, device.account(), nameOf(device), Integer.MAX_VALUE);
    }

    private static String widest(List<String> address) {
        return address.get(address.size() - 1);
    }

    /** The store has no token of a device, with which a stranger could be taken for the user. */
    private static String nameOf(ClaimedDevice device) {
        return device.account() + ":" + RecentItems.hash(device.token());
    }

    LoginWindow withMax(int other) {
        return new LoginWindow(kind, subject, name, other);
    }

    LoginWindow unlimited() {
        return withMax(Integer.MAX_VALUE);
    }

    int lane() {
        return Lanes.of(subject);
    }

    RowKey row() {
        return RowKey.of(kind.table, kind.key + ":" + name);
    }
}
