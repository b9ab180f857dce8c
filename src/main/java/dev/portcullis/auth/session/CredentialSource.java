package dev.portcullis.auth.session;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** How a client may present its token. */
public enum CredentialSource {
    SUBPROTOCOL,
    MESSAGE,
    HEADER,
    COOKIE,
    QUERY;

    /** A cookie needs a defence against CSRF, and an address ends up in logs: the operator has to name these two. */
    public static final Set<CredentialSource> DEFAULTS = Set.copyOf(EnumSet.of(SUBPROTOCOL, MESSAGE, HEADER));

    private final String id = name().toLowerCase(Locale.ROOT);

    /** The name in the configuration. */
    public String id() {
        return id;
    }
}
