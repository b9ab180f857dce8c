package dev.portcullis.admin;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.RequestId;
import dev.portcullis.auth.invitation.AccountInvitations.Kept;
import dev.portcullis.auth.invitation.AccountInvitations.Listing;
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
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Shows and deletes the data of a user. Each call is an audit event that says who made it. */
final class UserOperations {
    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final int NO_CONTENT = 204;
    private static final long WEEK_SECONDS = 604_800;
    private static final String RETRY_AFTER = "2"; // a deletion takes as long at least

    private final ServerDirectory server;
    private final SessionDirectory sessions;
    private final Audit audit;
    private final BiFunction<HttpRefusal, Throwable, HttpRefusal> logged;
    private final LongSupplier clock;

    /** @param logged logs a failure, and returns the answer */
    UserOperations(
            ServerDirectory server,
            SessionDirectory sessions,
            Audit audit,
            BiFunction<HttpRefusal, Throwable, HttpRefusal> logged,
            LongSupplier clock) {
        this.server = server;
        this.sessions = sessions;
        this.audit = audit;
        this.logged = logged;
        this.clock = clock;
    }

    RouterBuilder bind(RouterBuilder router) {
        return router.bind("exportUser", request -> about(request, user -> export(request, user)))
                .bind("deleteUser", request -> about(request, user -> delete(request, user)))
                .bind("removeUserFactor", request -> about(request, user -> removeFactor(request, user)))
                .bind("invite", this::invite)
                .bind("listAccountInvitations", this::listInvitations)
                .bind("withdrawAccountInvitation", this::withdrawInvitation);
    }

    /** The code is in the answer only: neither the log nor the store has it. */
    private void invite(ApiRequest request) {
        long lifetimeMs = request.body().numberIn("seconds").orElse(WEEK_SECONDS) * 1_000;
        server.users()
                .invite(lifetimeMs)
                .ifPresentOrElse(
                        made -> made.onComplete(
                                invitation -> {
                                    audit.event(event(EventName.ADMIN_INVITED, request));
                                    Map<String, Object> body = new LinkedHashMap<>();
                                    body.put("invitation", invitation.code());
                                    body.put("expiresAt", invitation.expiresAt());
                                    var unused =
                                            request.send(CREATED, HttpResponses.JSON, Buffer.buffer(Json.write(body)));
                                },
                                failure -> unavailable(request, failure)),
                        () -> request.refuse(HttpRefusal.NOT_FOUND));
    }

    private void listInvitations(ApiRequest request) {
        server.users()
                .invitations(PageCursor.of(request))
                .ifPresentOrElse(
                        found -> found.onComplete(
                                listing -> request.send(
                                        OK, HttpResponses.JSON, Buffer.buffer(Json.write(fields(listing)))),
                                failure -> unavailable(request, failure)),
                        () -> request.refuse(HttpRefusal.NOT_FOUND));
    }

    private static Map<String, Object> fields(Listing listing) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put(
                "invitations",
                listing.invitations().stream().map(UserOperations::fields).toList());
        PageCursor.put(fields, listing.next());
        return fields;
    }

    private static Map<String, Object> fields(Kept invitation) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", invitation.id());
        fields.put("madeAt", invitation.madeAt());
        fields.put("expiresAt", invitation.expiresAt());
        fields.put("used", invitation.used());
        return fields;
    }

    private void withdrawInvitation(ApiRequest request) {
        String id = request.text("invitationId");
        server.users()
                .withdrawInvitation(id)
                .ifPresentOrElse(
                        done -> done.onComplete(
                                found -> {
                                    if (found) {
                                        audit.event(event(EventName.ADMIN_INVITATION_WITHDRAWN, request)
                                                .resource(id));
                                        var unused = request.send(NO_CONTENT);
                                    } else {
                                        request.refuse(HttpRefusal.NOT_FOUND);
                                    }
                                },
                                failure -> unavailable(request, failure)),
                        () -> request.refuse(HttpRefusal.NOT_FOUND));
    }

    /** Nothing is kept of a reserved id, and what was given to {@code deleted} must stay. */
    private static void about(ApiRequest request, Consumer<UserId> call) {
        UserId user = new UserId(request.text("userId"));
        if (UserId.isReserved(user.value())) {
            request.refuse(HttpRefusal.NOT_FOUND);
        } else {
            call.accept(user);
        }
    }

    private void export(ApiRequest request, UserId user) {
        sessions.list()
                .apply(user)
                .map(rows -> rows.stream()
                        .map(row -> SessionOperations.fields(row, clock.getAsLong()))
                        .toList())
                .compose(live -> server.users()
                        .export(user, live, request.numberIn("after").orElse(0L)))
                .onComplete(
                        json -> {
                            audit.event(event(EventName.ADMIN_USER_EXPORTED, request, user));
                            var unused = request.send(OK, HttpResponses.JSON, json);
                        },
                        failure -> unavailable(request, failure));
    }

    /**
     * Removes the second factor of a user who has lost the app and all recovery codes. The operator has to find out whether
     * that is so.
     */
    private void removeFactor(ApiRequest request, UserId user) {
        server.users()
                .removeFactor(user)
                .onComplete(
                        removed -> {
                            if (removed) {
                                audit.event(event(EventName.ADMIN_FACTOR_REMOVED, request, user));
                                var unused = request.send(NO_CONTENT);
                            } else {
                                request.refuse(HttpRefusal.NOT_FOUND);
                            }
                        },
                        failure -> unavailable(request, failure));
    }

    /** Answers only when nothing is left: an operator who sees 204 may rely on it. */
    private void delete(ApiRequest request, UserId user) {
        server.users()
                .delete(user)
                .onComplete(
                        done -> {
                            if (done) {
                                audit.event(event(EventName.ADMIN_USER_DELETED, request, user));
                                var unused = request.send(NO_CONTENT);
                            } else {
                                request.http().response().putHeader("Retry-After", RETRY_AFTER);
                                request.refuse(HttpRefusal.RATE_LIMITED);
                            }
                        },
                        failure -> unavailable(request, failure));
    }

    private void unavailable(ApiRequest request, Throwable failure) {
        request.refuse(logged.apply(HttpRefusal.UNAVAILABLE, failure), List.of());
    }

    private static AuditEvent event(EventName name, ApiRequest request, UserId user) {
        return event(name, request).user(user);
    }

    private static AuditEvent event(EventName name, ApiRequest request) {
        return AuditEvent.of(name)
                .requestId(RequestId.next())
                .ip(request.http().remoteAddress().hostAddress())
                .detail(request.caller(Operator.class).id());
    }
}
