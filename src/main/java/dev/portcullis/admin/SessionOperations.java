package dev.portcullis.admin;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.RequestId;
import dev.portcullis.auth.login.ActiveSessions;
import dev.portcullis.auth.revocation.Revocation;
import dev.portcullis.auth.session.Session;
import dev.portcullis.config.Json;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.protocol.UserId;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;

/** Lists sessions, ends one, and revokes tokens for operators. Each change is an audit event that says who made it. */
final class SessionOperations {
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;

    private final SessionDirectory sessions;
    private final Audit audit;
    private final BiFunction<HttpRefusal, Throwable, HttpRefusal> logged;
    private final LongSupplier clock;

    /** @param logged logs a failure, and returns the answer */
    SessionOperations(
            SessionDirectory sessions,
            Audit audit,
            BiFunction<HttpRefusal, Throwable, HttpRefusal> logged,
            LongSupplier clock) {
        this.sessions = sessions;
        this.audit = audit;
        this.logged = logged;
        this.clock = clock;
    }

    RouterBuilder bind(RouterBuilder router) {
        return router.bind("listSessions", this::list)
                .bind("endSession", this::end)
                .bind("revoke", this::revoke);
    }

    private void list(ApiRequest request) {
        sessions.list()
                .apply(new UserId(request.text("userId")))
                .onComplete(
                        rows -> request.send(OK, HttpResponses.JSON, Buffer.buffer(json(rows))),
                        failure -> unavailable(request, failure));
    }

    private void end(ApiRequest request) {
        String sessionId = request.text("sessionId");
        apply(request, new Revocation.OfSession(sessionId));
    }

    private void revoke(ApiRequest request) {
        RevocationBody.read(
                request.body(),
                clock.getAsLong(),
                revocation -> apply(request, revocation),
                violation -> request.refuse(HttpRefusal.VALIDATION_FAILED, List.of(violation)));
    }

    /** Answers only when the store holds all of it: an operator who sees 204 may rely on it. */
    private void apply(ApiRequest request, Revocation revocation) {
        sessions.revoker()
                .revoke(revocation)
                .onComplete(
                        found -> {
                            if (found) {
                                audit.event(event(request, revocation));
                                request.send(NO_CONTENT);
                            } else {
                                request.refuse(HttpRefusal.NOT_FOUND);
                            }
                        },
                        failure -> unavailable(request, failure));
    }

    private void unavailable(ApiRequest request, Throwable failure) {
        request.refuse(logged.apply(HttpRefusal.UNAVAILABLE, failure));
    }

    private static AuditEvent event(ApiRequest request, Revocation revocation) {
        AuditEvent event = revocation.fold(
                token -> about(token.user()).resource("jti:" + token.tokenId()),
                family -> about(family.user()).resource("sid:" + family.sid()),
                user -> about(Optional.of(user.user())).resource("before:" + user.issuedBefore()),
                session -> AuditEvent.of(EventName.ADMIN_REVOKED).session(session.sessionId()));
        return event.requestId(RequestId.next())
                .ip(request.http().remoteAddress().hostAddress())
                .detail(request.caller(Operator.class).id());
    }

    private static AuditEvent about(Optional<UserId> user) {
        AuditEvent event = AuditEvent.of(EventName.ADMIN_REVOKED);
        return user.map(event::user).orElse(event);
    }

    private String json(List<ActiveSessions.Row> rows) {
        long now = clock.getAsLong();
        return Json.write(
                Map.of("sessions", rows.stream().map(row -> fields(row, now)).toList()));
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
