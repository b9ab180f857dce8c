package dev.portcullis.auth.session;

import dev.portcullis.protocol.LowerCaseId;
import java.util.EnumSet;
import java.util.Set;

/** How a client may present its token. */
public enum CredentialSource implements LowerCaseId {
    SUBPROTOCOL,
    MESSAGE,
    HEADER,
    COOKIE,
    QUERY;

    /** A cookie needs a defence against CSRF, and an address ends up in logs: the operator has to name these two. */
    public static final Set<CredentialSource> DEFAULTS = Set.copyOf(EnumSet.of(SUBPROTOCOL, MESSAGE, HEADER));
}
