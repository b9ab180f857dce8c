package dev.portcullis.edge.connection;

import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.auth.session.Session;
import java.util.Optional;

/**
 * The other end of a connection, as the handshake saw it.
 *
 * @param address in canonical form, behind trusted proxies
 * @param since when it came, in milliseconds
 */
public record RemoteClient(
        String address, Optional<String> origin, String userAgent, ConnectionLimiter.Slot slot, long since) {

    /** @param session of its connection, where it has one */
    public AuditEvent event(EventName name, Optional<Session> session) {
        AuditEvent named = AuditEvent.of(name).ip(address);
        AuditEvent event = origin.map(named::origin).orElse(named);
        return session.map(known -> event.user(known.sender().userId()).session(known.id()))
                .orElse(event);
    }
}
