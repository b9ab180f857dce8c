package dev.portcullis.edge.connection;

import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.auth.session.Session;
import dev.portcullis.http.ClientCertificate;
import java.util.Optional;

/**
 * The client of a connection, as the handshake saw it.
 *
 * @param address in canonical form, behind trusted proxies
 * @param connectedAt when the handshake arrived, in milliseconds
 * @param certificate the certificate that the client showed in the TLS handshake
 */
public record RemoteClient(
        String address,
        Optional<String> origin,
        String userAgent,
        ConnectionLimiter.Slot slot,
        long connectedAt,
        Optional<ClientCertificate> certificate) {

    /** @param session of the connection, if it has one */
    public AuditEvent event(EventName name, Optional<Session> session) {
        AuditEvent named = AuditEvent.of(name).ip(address);
        AuditEvent event = origin.map(named::origin).orElse(named);
        return session.map(present -> event.user(present.sender().userId()).session(present.id()))
                .orElse(event);
    }
}
