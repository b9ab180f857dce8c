package dev.portcullis.audit;

import java.util.EnumSet;
import java.util.Set;

/** How an event stands when there are more than can be kept: which part of a queue or a table it may use. */
public enum EventPriority {
    /** Events that any client causes by connecting and sending, and the application's server by publishing. */
    ORDINARY,
    /** A refused login, token or admin call. Strangers can cause these too, so they never get all of the reserve. */
    REFUSAL,
    /** Acts and states: logins, operators' acts, bans, revocations, and the node's own state. */
    FACT;

    private static final Set<EventName> ABOUT_CLIENTS =
            EnumSet.of(EventName.WS_BAN, EventName.WS_SESSION_REVOKED, EventName.WS_AUTH_FAILURE);

    public static EventPriority of(EventName name) {
        boolean client = name.id().startsWith("ws.") || name.id().startsWith("http.");
        if ((client && !ABOUT_CLIENTS.contains(name)) || name == EventName.ADMIN_PUBLISHED) {
            return ORDINARY;
        }
        return name.isRefusal() ? REFUSAL : FACT;
    }
}
