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

    /** The ones that this version supports. The others are named so that the operator learns why they don't work. */
    public static final Set<CredentialSource> OFFERED = Set.copyOf(EnumSet.of(SUBPROTOCOL, MESSAGE, HEADER));

    private final String id = name().toLowerCase(Locale.ROOT);

    /** As written in the configuration. */
    public String id() {
        return id;
    }
}
