package dev.portcullis.uploads.ticket;

import dev.portcullis.protocol.Role;
import dev.portcullis.uploads.ticket.Upload.TicketGrant;
import java.util.Optional;

/** Grants of tickets in tests. */
public final class TicketGrants {
    public static final TicketGrant MEMBER = new TicketGrant(Role.MEMBER, false, "token", 7, Optional.of("login"));

    private TicketGrants() {}
}
