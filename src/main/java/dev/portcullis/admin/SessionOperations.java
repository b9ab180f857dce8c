package dev.portcullis.admin;

import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.auth.login.ActiveSessions;
import dev.portcullis.auth.revocation.Revocation;
import dev.portcullis.auth.session.Session;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.protocol.UserId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Lists sessions, ends one, and revokes tokens for operators. Each change is an audit event that says who made it. */
final class SessionOperations {
    private final SessionDirectory sessions;
    private final LongSupplier clock;

    SessionOperations(SessionDirectory sessions, LongSupplier clock) {
        this.sessions = sessions;
        this.clock = clock;
    }

    void bind(OperatorCall.Routes routes) {
        routes.bind("listSessions", this::list).bind("endSession", this::end).bind("revoke", this::revoke);
    }

    private void list(OperatorCall call) {
        call.then(sessions.list().apply(call.user()), rows -> {
            long now = clock.getAsLong();
            call.send(Map.of(
                    "sessions", rows.stream().map(row -> fields(row, now)).toList()));
        });
    }

    private void end(OperatorCall call) {
        apply(call, new Revocation.OfSession(call.request().text("sessionId")));
    }

    private void revoke(OperatorCall call) {
        RevocationBody.read(
                call.body(),
                clock.getAsLong(),
                revocation -> apply(call, revocation),
                violation -> call.request().refuse(HttpRefusal.VALIDATION_FAILED, List.of(violation)));
    }

    /** Answers only when the store holds all of it: an operator who sees 204 may rely on it. */
    private void apply(OperatorCall call, Revocation revocation) {
        AuditEvent event = call.event(EventName.ADMIN_REVOKED);
        call.done(
                sessions.revoker().revoke(revocation),
                revocation.fold(new Revocation.Cases<>(
                        token -> about(event, token.user()).resource("jti:" + token.tokenId()),
                        family -> about(event, family.user()).resource("sid:" + family.sid()),
                        user -> event.user(user.user()).resource("before:" + user.issuedBefore()),
                        session -> event.session(session.sessionId()))));
    }

    private static AuditEvent about(AuditEvent event, Optional<UserId> user) {
        return user.map(event::user).orElse(event);
    }

    static Map<String, Object> fields(ActiveSessions.Row row, long now) {
        Session session = row.session();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("sessionId", session.id());
        fields.put("userId", session.sender().userId().value());
        fields.put("role", session.sender().role().id());
        fields.put("node", session.owner().node());
        fields.put("ip", session.address());
        fields.put("userAgent", session.userAgent());
        fields.put("createdAt", session.openedAt());
        fields.put("expiresAt", session.expiresAt());
        row.idleMs().ifPresent(idle -> fields.put("lastActivityAt", now - idle));
        return fields;
    }
}
