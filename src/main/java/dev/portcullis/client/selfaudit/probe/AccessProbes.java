package dev.portcullis.client.selfaudit.probe;

import dev.portcullis.client.selfaudit.Grade;
import dev.portcullis.client.selfaudit.Probe;
import dev.portcullis.client.selfaudit.ProbeArea;
import dev.portcullis.client.selfaudit.ProbeOutcome;
import dev.portcullis.client.selfaudit.Standard;
import dev.portcullis.client.selfaudit.attack.AuditScope;
import dev.portcullis.client.selfaudit.attack.AuditTarget;
import dev.portcullis.client.selfaudit.attack.AuditUsers;
import dev.portcullis.client.selfaudit.attack.ForgedToken;
import dev.portcullis.client.selfaudit.attack.HttpAnswer;
import dev.portcullis.client.selfaudit.attack.RawSocket;
import dev.portcullis.client.selfaudit.attack.Reaction;
import dev.portcullis.protocol.Reason;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What a user reaches who should not (CWE-639, CWE-862), and when a session is over. */
final class AccessProbes {
    private static final String CHECK = "Authorize each frame and each call by the membership that the store has now.";
    private static final List<Standard> OBJECTS = List.of(
            Standard.ASVS_8_2,
            Standard.SHEET_AUTHORIZATION,
            Standard.PCI_7_2,
            Standard.HIPAA_ACCESS,
            Standard.GDPR_32_B,
            Standard.CSF_PR_AA);
    private static final List<Standard> ENDS =
            List.of(Standard.ASVS_7_4, Standard.SHEET_SESSION, Standard.HIPAA_ACCESS, Standard.CSF_PR_AA);
    private static final Set<String> DENIALS =
            Set.of(Reason.FORBIDDEN.id(), Reason.NOT_FOUND.id(), Reason.NOT_MEMBER.id());
    private static final int SHORT_SECONDS = 10;

    private AccessProbes() {}

    /** What the second user tries on the room of the first. */
    @FunctionalInterface
    private interface Trespass {
        ProbeOutcome in(AuditTarget target, PrivateRoom room, String stranger) throws IOException;
    }

    static List<Probe> all() {
        return List.of(
                new Probe(
                        "access.anonymous",
                        ProbeArea.ACCESS,
                        Grade.FAILURE,
                        "a client without a token can do nothing",
                        "Accept no frame but auth before a session is there.",
                        OBJECTS,
                        AccessProbes::anonymous),
                foreign(
                        "access.room_read",
                        "a private room does not exist for a stranger",
                        (target, room, stranger) -> called(target, "GET", room.path(), stranger, "")),
                foreign(
                        "access.room_change",
                        "a stranger can't rename a room",
                        (target, room, stranger) ->
                                called(target, "PATCH", room.path(), stranger, "{\"name\":\"audit\"}")),
                foreign(
                        "access.room_members",
                        "a stranger can't add members to a room",
                        (target, room, stranger) -> called(
                                target,
                                "PUT",
                                room.path() + "/members/" + userOf(stranger),
                                stranger,
                                "{\"role\":\"member\"}")),
                foreign(
                        "access.room_delete",
                        "a stranger can't delete a room",
                        (target, room, stranger) -> called(target, "DELETE", room.path(), stranger, "")),
                foreign(
                        "access.room_join",
                        "a stranger can't join a private room",
                        (target, room, stranger) -> asked(target, stranger, frame("join", room), "joined")),
                foreign(
                        "access.room_history",
                        "a stranger can't read the history of a private room",
                        (target, room, stranger) -> asked(target, stranger, frame("history", room), "history")),
                foreign(
                        "access.room_search",
                        "a stranger can't search the messages of a private room",
                        (target, room, stranger) -> asked(target, stranger, search(room), "search")),
                foreign(
                        "access.room_search_call",
                        "a stranger can't search them by a call either",
                        (target, room, stranger) ->
                                called(target, "GET", "/api/search?query=audit&roomId=" + room.id(), stranger, "")),
                foreign(
                        "access.room_presence",
                        "a stranger can't see who is in a private room",
                        (target, room, stranger) -> asked(target, stranger, frame("presence", room), "presence")),
                operators("access.operators", "operators' calls need a credential", target -> List.of()),
                operators(
                        "access.operators_role",
                        "a user's token opens no call of operators",
                        target -> target.users()
                                .any("operator")
                                .map(PrivateRoom::bearer)
                                .orElse(List.of())),
                new Probe(
                        "session.revoked",
                        ProbeArea.TOKEN,
                        Grade.FAILURE,
                        "a revoked session ends at once, and its token opens no other",
                        "Look at revocation_seconds and at the store; a node must see a revocation within a second.",
                        ENDS,
                        AccessProbes::revoked),
                new Probe(
                        "session.expired",
                        ProbeArea.TOKEN,
                        Grade.FAILURE,
                        "a connection ends with its token",
                        "End connections whose token is over and was not refreshed.",
                        ENDS,
                        AccessProbes::expired));
    }

    private static ProbeOutcome anonymous(AuditTarget target) throws IOException {
        Optional<String> obstacle = Sessions.obstacle(target);
        if (obstacle.isPresent()) {
            return ProbeOutcome.unchecked(obstacle.get());
        }
        Sessions.Presented presented = Sessions.present(target, target.upgrade());
        return switch (presented.verdict()) {
            case ACCEPTED -> ProbeOutcome.found("a handshake without a token opens a session");
            case REFUSED -> ProbeOutcome.passed(presented.seen());
            case UNKNOWN -> ProbeOutcome.unchecked(presented.seen());
        };
    }

    private static Probe foreign(String id, String title, Trespass trespass) {
        return new Probe(id, ProbeArea.ACCESS, Grade.FAILURE, title, CHECK, OBJECTS, target -> {
            Optional<String> stranger = target.users()
                    .fresh(id.replace('.', '-').replace('_', '-'))
                    .or(() -> target.users().second());
            return Sessions.then(
                    PrivateRoom.make(target, id),
                    room -> stranger.isPresent()
                            ? confirmed(target, room, trespass.in(target, room, stranger.get()))
                            : ProbeOutcome.unchecked(
                                    "there is no second user: give --config with a secret, or --token-b"));
        });
    }

    /**
     * A refusal says something only while the room is there for its owner. A room in which a stranger has succeeded is used no
     * more: the stranger may be a member of it now.
     */
    private static ProbeOutcome confirmed(AuditTarget target, PrivateRoom room, ProbeOutcome outcome)
            throws IOException {
        if (outcome.fold(seen -> false, seen -> true, why -> false)) {
            target.forgetSharedRoom();
            return outcome;
        }
        Optional<HttpAnswer> own = target.call("GET", room.path(), PrivateRoom.bearer(room.owner()), "");
        return own.filter(each -> each.status() == 200).isPresent()
                ? outcome
                : ProbeOutcome.unchecked("the owner of the room gets "
                        + own.map(each -> "HTTP " + each.status()).orElse("no answer"));
    }

    private static ProbeOutcome called(AuditTarget target, String method, String path, String stranger, String body)
            throws IOException {
        Optional<HttpAnswer> answer = target.call(method, path, PrivateRoom.bearer(stranger), body);
        if (answer.isEmpty()) {
            return ProbeOutcome.unchecked("no answer");
        }
        int status = answer.get().status();
        return status < 300
                ? ProbeOutcome.found(method + " of a stranger gets HTTP " + status)
                : status == 403 || status == 404
                        ? ProbeOutcome.passed(method + " of a stranger gets HTTP " + status)
                        : ProbeOutcome.unchecked(method + " of a stranger gets HTTP " + status);
    }

    private static ProbeOutcome asked(AuditTarget target, String stranger, String frame, String granted)
            throws IOException {
        return Sessions.then(
                Sessions.open(target, Optional.of(stranger), Sessions.NO_USER),
                socket -> socket.ask(frame, text -> Sessions.isOf(text, granted) || Sessions.isOf(text, "error"))
                        .map(text -> Sessions.isOf(text, granted)
                                ? ProbeOutcome.found("a stranger gets " + granted)
                                : denied(Sessions.json(text).getString("reason", "")))
                        .orElseGet(() -> ProbeOutcome.unchecked("no answer")));
    }

    private static ProbeOutcome denied(String reason) {
        return DENIALS.contains(reason)
                ? ProbeOutcome.passed("a stranger gets error " + reason)
                : ProbeOutcome.unchecked("a stranger gets error " + reason);
    }

    private static String frame(String type, PrivateRoom room) {
        return new JsonObject().put("type", type).put("roomId", room.id()).encode();
    }

    private static String search(PrivateRoom room) {
        return new JsonObject()
                .put("type", "search")
                .put("query", "audit")
                .put("roomId", room.id())
                .encode();
    }

    private static String userOf(String token) {
        return AuditUsers.claims(token)
                .map(claims -> claims.getString("sub", "audit"))
                .filter(sub -> sub.matches("[A-Za-z0-9_.:-]{1,128}"))
                .orElse("audit");
    }

    /** Makes the header lines of a call. */
    @FunctionalInterface
    private interface Lines {
        List<String> of(AuditTarget target);
    }

    private static Probe operators(String id, String title, Lines lines) {
        return new Probe(
                id,
                ProbeArea.ACCESS,
                Grade.FAILURE,
                title,
                "Let only tokens of the role admin and the API key pass at the operators' listener.",
                OBJECTS,
                target -> {
                    Optional<AuditScope.AdminListener> admin = target.scope().admin();
                    if (admin.isEmpty()) {
                        return ProbeOutcome.unchecked("the operators' listener is not known; give --admin");
                    }
                    List<String> sent = lines.of(target);
                    if (id.endsWith("role") && sent.isEmpty()) {
                        return ProbeOutcome.unchecked(Sessions.NO_USER);
                    }
                    int status = target.adminCall(admin.get(), "GET", "/admin/stats", sent, "")
                            .map(HttpAnswer::status)
                            .orElse(0);
                    return status == 401 || status == 403
                            ? ProbeOutcome.passed("GET /admin/stats gets HTTP " + status)
                            : status == 200
                                    ? ProbeOutcome.found("GET /admin/stats gets HTTP 200")
                                    : ProbeOutcome.unchecked("GET /admin/stats gets HTTP " + status);
                });
    }

    private static ProbeOutcome revoked(AuditTarget target) throws IOException {
        Optional<AuditScope.AdminListener> admin = target.scope().admin();
        if (admin.isEmpty()) {
            return ProbeOutcome.unchecked("the operators' listener is not known; give --admin");
        }
        Optional<String> token = target.users().fresh("revoked");
        return Sessions.then(
                Sessions.open(target, token, Sessions.NO_FRESH_USER),
                socket -> revoked(target, admin.get(), token.orElse(""), socket));
    }

    private static ProbeOutcome revoked(
            AuditTarget target, AuditScope.AdminListener admin, String token, RawSocket socket) throws IOException {
        String id = AuditUsers.claims(token)
                .map(claims -> claims.getString("jti", ""))
                .orElse("");
        Optional<HttpAnswer> answer = target.adminCall(
                admin,
                "POST",
                "/admin/revocations",
                PrivateRoom.bearer(admin.credential()),
                new JsonObject().put("jti", id).encode());
        if (answer.filter(each -> each.status() < 300).isEmpty()) {
            return ProbeOutcome.unchecked("the revocation gets "
                    + answer.map(each -> "HTTP " + each.status()).orElse("no answer"));
        }
        long from = System.nanoTime();
        Reaction end = socket.awaitEnd(target.scope().revocationMs());
        long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from);
        if (!end.isOver()) {
            return ProbeOutcome.found("the session goes on " + ms + " ms after its revocation");
        }
        Sessions.Presented again = Sessions.present(target, target.upgrade().withToken(token));
        return again.verdict() == Sessions.Verdict.ACCEPTED
                ? ProbeOutcome.found("the revoked token opens another session")
                : ProbeOutcome.passed("the session ended after " + ms + " ms, and its token opens no other");
    }

    private static ProbeOutcome expired(AuditTarget target) throws IOException {
        Optional<String> token = target.users()
                .fresh("expired-soon")
                .flatMap(model -> target.users()
                        .signed(ForgedToken.claims(Optional.of(model), "audit")
                                .put(
                                        "exp",
                                        TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis()) + SHORT_SECONDS)));
        return Sessions.then(Sessions.open(target, token, Sessions.NO_FRESH_USER), socket -> {
            Reaction end = socket.awaitEnd((int) TimeUnit.SECONDS.toMillis(SHORT_SECONDS)
                    + target.scope().patienceMs());
            return end.isOver()
                    ? ProbeOutcome.passed("the connection ended with its token")
                    : ProbeOutcome.found("the connection goes on behind the end of its token");
        });
    }
}
