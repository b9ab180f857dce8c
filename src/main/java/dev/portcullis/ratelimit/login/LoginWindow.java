package dev.portcullis.ratelimit.login;

import dev.portcullis.ratelimit.recent.RecentItemStore;
import java.util.Optional;

/**
 * One window with its limit.
 *
 * @param name the subject that is counted
 * @param max how many may count at a time
 */
record LoginWindow(Kind kind, String name, int max) {
    enum Kind {
        ADDRESS("l"),
        KNOWN_LOGIN("n"),
        KNOWN_LOGINS("m"),
        CODE_MISSING("s"),
        ACCOUNT("f"),
        KNOWN("k"),
        DEVICE("d"),
        OWNER("o");

        private final String key;

        Kind(String key) {
            this.key = key;
        }

        /** A part of a key of the store. */
        String key() {
            return key;
        }
    }

    static LoginWindow address(String key, int max) {
        return new LoginWindow(Kind.ADDRESS, key, max);
    }

    /** Logins of an account at an address from which it has logged in before. */
    static LoginWindow knownLogin(String account, String address, int max) {
        return new LoginWindow(Kind.KNOWN_LOGIN, account + ":" + address, max);
    }

    /** Logins at an address of all accounts that have logged in from there before. */
    static LoginWindow knownLogins(String address, int max) {
        return new LoginWindow(Kind.KNOWN_LOGINS, address, max);
    }

    /** Logins of an account with one of the devices that it knows. */
    static LoginWindow deviceLogin(String account, String device, int max) {
        return new LoginWindow(Kind.KNOWN_LOGIN, ofDevice(account, device), max);
    }

    /** Mails for a new password that are asked for with one of these. */
    static LoginWindow deviceReset(String account, String device, int max) {
        return new LoginWindow(Kind.KNOWN_LOGIN, ofDevice(account, device) + ":mail", max);
    }

    /** Logins of an account with all of these. */
    static LoginWindow deviceLogins(String account, int max) {
        return new LoginWindow(Kind.KNOWN_LOGINS, account, max);
    }

    static LoginWindow account(String key, int max) {
        return new LoginWindow(Kind.ACCOUNT, key, max);
    }

    /** Counts for an account at one address from which it has logged in before. */
    static LoginWindow known(String account, String address, int max) {
        return new LoginWindow(Kind.KNOWN, account + ":" + address, max);
    }

    /** Counts for an account with one of the devices that it knows. */
    static LoginWindow device(String account, String device, int max) {
        return new LoginWindow(Kind.DEVICE, ofDevice(account, device), max);
    }

    /** Counts for the user of an account in one of its logins; the logins whose tokens name none count as one. */
    static LoginWindow owner(String account, Optional<String> login, int max) {
        return new LoginWindow(Kind.OWNER, account + ":" + login.orElse(""), max);
    }

    /** Counts for the user of an account in all of its logins. */
    static LoginWindow owners(String account, int max) {
        return new LoginWindow(Kind.OWNER, account, max);
    }

    LoginWindow withMax(int other) {
        return new LoginWindow(kind, name, other);
    }

    /** Right passwords of an account, of one address, that came without the code of its second factor. */
    static LoginWindow codeMissing(String account, String address) {
        return new LoginWindow(Kind.CODE_MISSING, account + ":" + address, Integer.MAX_VALUE);
    }

    /** Right passwords of an account, of one of the devices that it knows, that came without the code of its second factor. */
    static LoginWindow codeMissingOfDevice(String account, String device) {
        return new LoginWindow(Kind.CODE_MISSING, ofDevice(account, device), Integer.MAX_VALUE);
    }

    /** The store has no token of a device, with which a stranger could be taken for the user. */
    private static String ofDevice(String account, String device) {
        return account + ":" + RecentItemStore.hash(device);
    }

    /** Whether it counts logins, not the guesses of passwords. */
    boolean isOfLogins() {
        return switch (kind) {
            case ADDRESS, KNOWN_LOGIN, KNOWN_LOGINS, CODE_MISSING -> true;
            case ACCOUNT, KNOWN, DEVICE, OWNER -> false;
        };
    }

    String key() {
        return kind.key() + ":" + name;
    }
}
