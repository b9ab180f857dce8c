package dev.portcullis.admin;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.RequestId;
import dev.portcullis.broadcast.presence.PresenceAnswer;
import dev.portcullis.broadcast.server.RoomConnections;
import dev.portcullis.config.Json;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.ServerFrame.PresentUser;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.RoomOutcome;
import dev.portcullis.rooms.RoomRefusal;
import dev.portcullis.rooms.RoomView;
import dev.portcullis.rooms.directory.RoomStore.Member;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** Lets the application's server read a room and change its members. */
final class RoomOperations {
    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int NO_CONTENT = 204;
    private static final String ADDED = "added";
    private static final String INVITED = "invited";
    private static final String REMOVED = "removed";

    private final ServerDirectory.Rooms rooms;
    private final Audit audit;
    private final BiFunction<HttpRefusal, Throwable, HttpRefusal> logged;

    /** @param logged logs a failure, and returns the answer */
    RoomOperations(ServerDirectory.Rooms rooms, Audit audit, BiFunction<HttpRefusal, Throwable, HttpRefusal> logged) {
        this.rooms = rooms;
        this.audit = audit;
        this.logged = logged;
    }

    RouterBuilder bind(RouterBuilder router) {
        return router.bind("inspectRoom", this::inspect)
                .bind("putRoomMember", this::put)
                .bind("deleteRoomMember", this::remove);
    }

    private void inspect(ApiRequest request) {
        RoomId room = new RoomId(request.text("roomId"));
        Future<RoomOutcome> found = rooms.read(room, request.textIn("after").map(UserId::new));
        Future<Position> head = rooms.head(room);
        Future<RoomConnections.Total> connections = rooms.connections(room);
        Future<PresenceAnswer> presence =
                rooms.presence(room, request.textIn("presentAfter").map(UserId::new));
        Future.all(found, head, connections, presence)
                .onComplete(
                        all -> answer(
                                request,
                                known(found.result(), head.result(), connections.result()),
                                shown -> send(
                                        request,
                                        OK,
                                        fields(room, shown, head.result(), connections.result(), presence.result()))),
                        failure -> unavailable(request, failure));
    }

    /** A room without a record and without members may still have messages, or connections whose token grants it. */
    private static RoomOutcome known(RoomOutcome found, Position head, RoomConnections.Total connections) {
        boolean used = head.seq() > 0 || connections.open() > 0;
        return used && found.equals(RoomOutcome.refused(RoomRefusal.NOT_FOUND)) ? RoomOutcome.DONE : found;
    }

    private void put(ApiRequest request) {
        RoomRole role = RoomRole.of(request.body().text("role")).orElseThrow();
        change(request, ADDED, (room, user) -> rooms.put(room, user, role));
    }

    private void remove(ApiRequest request) {
        change(request, REMOVED, rooms::remove);
    }

    /** Refuses reserved ids: no user has one. */
    private void change(ApiRequest request, String what, BiFunction<RoomId, UserId, Future<RoomOutcome>> step) {
        RoomId room = new RoomId(request.text("roomId"));
        UserId user = new UserId(request.text("userId"));
        if (UserId.isReserved(user.value())) {
            request.refuse(HttpRefusal.NOT_FOUND);
            return;
        }
        step.apply(room, user)
                .onComplete(
                        outcome -> answer(request, outcome, done -> {
                            audit.event(AuditEvent.of(EventName.ADMIN_MEMBER_CHANGED)
                                    .user(user)
                                    .requestId(RequestId.next())
                                    .ip(request.http().remoteAddress().hostAddress())
                                    .resource("room:" + room.value())
                                    .reason(done.invited() ? INVITED : what)
                                    .detail(request.caller(Operator.class).id()));
                            if (done.invited()) {
                                send(
                                        request,
                                        ACCEPTED,
                                        Map.of("invited", request.body().text("role")));
                            } else {
                                request.send(NO_CONTENT);
                            }
                        }),
                        failure -> unavailable(request, failure));
    }

    private static void answer(ApiRequest request, RoomOutcome outcome, Consumer<RoomOutcome.Done> done) {
        outcome.fold(
                        granted -> (Runnable) () -> done.accept(granted),
                        why -> () -> request.refuse(statusOf(why), detailsOf(why)))
                .run();
    }

    private static HttpRefusal statusOf(RoomRefusal why) {
        return switch (why) {
            case NOT_FOUND, BAD_NAME -> HttpRefusal.NOT_FOUND;
            case FORBIDDEN, UNVERIFIED -> HttpRefusal.FORBIDDEN;
            case TAKEN, FULL, TOO_MANY_ROOMS, TOO_MANY_INVITATIONS, LAST_OWNER, CHANGED -> HttpRefusal.CONFLICT;
            case UNAVAILABLE -> HttpRefusal.UNAVAILABLE;
        };
    }

    private static List<Violation> detailsOf(RoomRefusal why) {
        return statusOf(why) == HttpRefusal.CONFLICT ? List.of(new Violation("", why.id())) : List.of();
    }

    private void unavailable(ApiRequest request, Throwable failure) {
        request.refuse(logged.apply(HttpRefusal.UNAVAILABLE, failure));
    }

    private static Map<String, Object> fields(
            RoomId room,
            RoomOutcome.Done shown,
            Position head,
            RoomConnections.Total connections,
            PresenceAnswer presence) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("roomId", room.value());
        fields.put("epoch", head.epoch());
        fields.put("seq", head.seq());
        Optional<RoomView> view = shown.room();
        view.ifPresent(known -> {
            fields.put("name", known.name());
            fields.put("visibility", known.visibility().id());
            known.createdAt().ifPresent(time -> fields.put("createdAt", time));
        });
        fields.put("connections", connections.open());
        fields.put("complete", connections.complete());
        known(presence).ifPresent(page -> fields.put("presence", fields(page)));
        fields.put(
                "members", shown.members().stream().map(RoomOperations::fields).toList());
        fields.put("more", shown.more());
        return fields;
    }

    private static Optional<PresenceAnswer.Page> known(PresenceAnswer presence) {
        return presence.fold(Optional::of, Optional::empty, Optional::empty);
    }

    private static Map<String, Object> fields(PresenceAnswer.Page page) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("version", page.version());
        fields.put("count", page.count());
        fields.put("users", page.users().stream().map(RoomOperations::fields).toList());
        fields.put("more", page.more());
        return fields;
    }

    private static Map<String, Object> fields(PresentUser user) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("userId", user.userId().value());
        fields.put("sessions", user.sessions());
        return fields;
    }

    private static Map<String, Object> fields(Member member) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("userId", member.user().value());
        fields.put("role", member.membership().role().id());
        return fields;
    }

    private static void send(ApiRequest request, int status, Map<String, Object> body) {
        var unused = request.send(status, HttpResponses.JSON, Buffer.buffer(Json.write(body)));
    }
}
