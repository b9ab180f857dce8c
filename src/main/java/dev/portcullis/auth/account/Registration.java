package dev.portcullis.auth.account;

import java.util.Locale;

/** The rule for creating accounts. */
public enum Registration {
    /** Anyone. */
    OPEN,
    /** Anyone, who may only read until they have verified their e-mail address. */
    VERIFIED,
    /** Only a user with an operator's invitation. */
    INVITED,
    /** No one: the accounts that exist stay. */
    CLOSED;

    private final String id = name().toLowerCase(Locale.ROOT);

    /** The name in the configuration. */
    public String id() {
        return id;
    }
}
