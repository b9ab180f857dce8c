package dev.portcullis.admin;

import dev.portcullis.admin.users.DeletionReport;
import dev.portcullis.admin.users.KeptMessages;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.RequestId;
import dev.portcullis.auth.invitation.AccountInvitationStore.Kept;
import dev.portcullis.auth.invitation.AccountInvitationStore.Listing;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** Shows and deletes the data of a user. Each call is an audit event that says who made it. */
final class UserOperations {
    private static final int CREATED = 201;
    private static final long WEEK_SECONDS = 604_800;

    /** A deletion takes as long at least. */
    private static final long DELETION_MS = 2_000;

    private final ServerDirectory.Users users;
    private final SessionDirectory sessions;
    private final LongSupplier clock;

    UserOperations(ServerDirectory.Users users, SessionDirectory sessions, LongSupplier clock) {
        this.users = users;
        this.sessions = sessions;
        this.clock = clock;
    }

    void bind(OperatorCall.Routes routes) {
        routes.bind("exportUser", call -> call.ifUser(user -> export(call, user)))
                .bind("deleteUser", call -> call.ifUser(user -> delete(call, user)))
                .bind("removeUserFactor", call -> call.ifUser(user -> removeFactor(call, user)))
                .bind("invite", this::invite)
                .bind("listAccountInvitations", this::listInvitations)
                .bind("withdrawAccountInvitation", this::withdrawInvitation);
    }

    /** The code is in the answer only: neither the log nor the store has it. */
    private void invite(OperatorCall call) {
        long lifetimeMs = call.body().numberIn("seconds").orElse(WEEK_SECONDS) * 1_000;
        call.ifFound(
                users.invite(lifetimeMs),
                made -> call.then(made, invitation -> {
                    call.record(call.event(EventName.ADMIN_INVITED));
                    Map<String, Object> body = new LinkedHashMap<>();
                    body.put("invitation", invitation.code());
                    body.put("expiresAt", invitation.expiresAt());
                    call.send(CREATED, body);
                }));
    }

    private void listInvitations(OperatorCall call) {
        call.ifFound(
                users.invitations(PageCursor.of(call.request())),
                found -> call.then(found, listing -> call.send(fields(listing))));
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

    private void withdrawInvitation(OperatorCall call) {
        String id = call.request().text("invitationId");
        call.ifFound(
                users.withdrawInvitation(id),
                done -> call.done(
                        done, call.event(EventName.ADMIN_INVITATION_WITHDRAWN).resource(id)));
    }

    private void export(OperatorCall call, UserId user) {
        Future<Buffer> exported = sessions.list()
                .apply(user)
                .map(rows -> rows.stream()
                        .map(row -> SessionOperations.fields(row, clock.getAsLong()))
                        .toList())
                .compose(live -> users.export(
                        user, live, call.request().numberIn("after").orElse(0L)));
        call.then(exported, json -> {
            call.record(call.event(EventName.ADMIN_USER_EXPORTED).user(user));
            call.send(json);
        });
    }

    /**
     * Removes the second factor of a user who has lost the app and all recovery codes. The operator has to find out whether
     * that is so.
     */
    private void removeFactor(OperatorCall call, UserId user) {
        call.done(
                users.removeFactor(user),
                call.event(EventName.ADMIN_FACTOR_REMOVED).user(user));
    }

    /**
     * Answers only when nothing is left, or nothing was done since a hold keeps it: an operator may rely on it. A call that says what is to be kept gets a receipt; one that does
     * not is from before there were any.
     */
    private void delete(OperatorCall call, UserId user) {
        Optional<KeptMessages> messages = call.request().textIn("messages").flatMap(UserOperations::kept);
        call.then(users.heldBy(user, messages.orElse(KeptMessages.ANONYMISE)), held -> {
            if (held.isEmpty()) {
                delete(call, user, messages);
            } else {
                call.request().refuse(HttpRefusal.HELD, HoldOperations.violations(held));
            }
        });
    }

    private void delete(OperatorCall call, UserId user, Optional<KeptMessages> messages) {
        users.delete(user, messages.orElse(KeptMessages.ANONYMISE))
                .ifPresentOrElse(
                        deleted -> call.then(deleted, report -> {
                            if (messages.isPresent()) {
                                sendReceipt(call, user, report);
                            } else {
                                call.done(
                                        call.event(EventName.ADMIN_USER_DELETED).user(user));
                            }
                        }),
                        () -> call.refuseFor(DELETION_MS));
    }

    private void sendReceipt(OperatorCall call, UserId user, DeletionReport report) {
        DeletionReceipt receipt = new DeletionReceipt(UUID.randomUUID().toString(), user, report);
        String requestId = RequestId.next();
        String answer = receipt.answer(requestId, users.audited());
        call.record(call.event(EventName.ADMIN_USER_DELETED)
                .requestId(requestId)
                .user(user)
                .reason(report.messages().id())
                .digest(receipt.digest()));
        call.send(Buffer.buffer(answer));
    }

    private static Optional<KeptMessages> kept(String id) {
        return Stream.of(KeptMessages.values())
                .filter(each -> each.id().equals(id))
                .findFirst();
    }
}
