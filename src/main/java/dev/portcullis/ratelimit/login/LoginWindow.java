package dev.portcullis.ratelimit.login;

/**
 * One window with its limit.
 *
 * @param name what is counted
 * @param max how many may count at a time
 */
record LoginWindow(Kind kind, String name, int max) {
    enum Kind {
        ADDRESS("l"),
        ACCOUNT("f"),
        KNOWN("k"),
        OWNER("o");

        private final String key;

        Kind(String key) {
            this.key = key;
        }

        /** As part of a key of the store. */
        String key() {
            return key;
        }
    }

    static LoginWindow address(String key, int max) {
        return new LoginWindow(Kind.ADDRESS, key, max);
    }

    static LoginWindow account(String key, int max) {
        return new LoginWindow(Kind.ACCOUNT, key, max);
    }

    /** Of an account, for one address from which it has logged in before. */
    static LoginWindow known(String account, String address, int max) {
        return new LoginWindow(Kind.KNOWN, account + ":" + address, max);
    }

    /** Of an account, for its user who is logged in. */
    static LoginWindow owner(String account, int max) {
        return new LoginWindow(Kind.OWNER, account, max);
    }

    LoginWindow withMax(int other) {
        return new LoginWindow(kind, name, other);
    }

    boolean ofAddress() {
        return kind == Kind.ADDRESS;
    }

    String key() {
        return kind.key() + ":" + name;
    }
}
