package dev.portcullis.admin;

import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.broadcast.presence.PresenceAnswer;
import dev.portcullis.broadcast.server.RoomConnections;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.ServerFrame.PresentUser;
import dev.portcullis.rooms.RoomOutcome;
import dev.portcullis.rooms.RoomRefusal;
import dev.portcullis.rooms.RoomView;
import dev.portcullis.rooms.directory.RoomStore.Member;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Lets the application's server read a room and change its members. */
final class RoomOperations {
    private static final int ACCEPTED = 202;

    private final ServerDirectory.Rooms rooms;

    RoomOperations(ServerDirectory.Rooms rooms) {
        this.rooms = rooms;
    }

    void bind(OperatorCall.Routes routes) {
        routes.bind("inspectRoom", this::inspect)
                .bind("putRoomMember", this::put)
                .bind("deleteRoomMember", this::remove);
    }

    private void inspect(OperatorCall call) {
        RoomId room = call.room();
        ApiRequest request = call.request();
        Future<RoomOutcome> found = rooms.read(room, request.textIn("after").map(UserId::new));
        Future<Position> head = rooms.head(room);
        Future<RoomConnections.Total> connections = rooms.connections(room);
        Future<PresenceAnswer> presence =
                rooms.presence(room, request.textIn("presentAfter").map(UserId::new));
        call.then(
                Future.all(found, head, connections, presence),
                all -> answer(
                        call,
                        known(found.result(), head.result(), connections.result()),
                        shown -> call.send(
                                fields(room, shown, head.result(), connections.result(), presence.result()))));
    }

    /** A room without a record and without members may still have messages, or connections whose token grants it. */
    private static RoomOutcome known(RoomOutcome found, Position head, RoomConnections.Total connections) {
        boolean used = head.seq() > 0 || connections.open() > 0;
        return used && found.equals(RoomOutcome.refused(RoomRefusal.NOT_FOUND)) ? RoomOutcome.DONE : found;
    }

    private void put(OperatorCall call) {
        RoomRole role = RoomRole.of(call.body().text("role")).orElseThrow();
        call.ifUser(user -> change(call, user, "added", rooms.put(call.room(), user, role)));
    }

    private void remove(OperatorCall call) {
        call.ifUser(user -> change(call, user, "removed", rooms.remove(call.room(), user)));
    }

    private static void change(OperatorCall call, UserId user, String what, Future<RoomOutcome> changed) {
        call.then(
                changed,
                outcome -> answer(call, outcome, done -> {
                    AuditEvent event = call.event(EventName.ADMIN_MEMBER_CHANGED)
                            .user(user)
                            .resource("room:" + call.room().value());
                    if (done.invited()) {
                        call.record(event.reason("invited"));
                        call.send(ACCEPTED, Map.of("invited", call.body().text("role")));
                    } else {
                        call.done(event.reason(what));
                    }
                }));
    }

    private static void answer(OperatorCall call, RoomOutcome outcome, Consumer<RoomOutcome.Done> done) {
        outcome.fold(
                        granted -> (Runnable) () -> done.accept(granted),
                        why -> () -> call.request().refuse(statusOf(why), detailsOf(why)))
                .run();
    }

    private static HttpRefusal statusOf(RoomRefusal why) {
        return switch (why) {
            case NOT_FOUND, BAD_NAME, TOO_MANY_ENTRIES, TOO_LONG -> HttpRefusal.NOT_FOUND;
            case FORBIDDEN, UNVERIFIED -> HttpRefusal.FORBIDDEN;
            case TAKEN, FULL, TOO_MANY_ROOMS, TOO_MANY_INVITATIONS, LAST_OWNER, CHANGED -> HttpRefusal.CONFLICT;
            case UNAVAILABLE -> HttpRefusal.UNAVAILABLE;
        };
    }

    private static List<Violation> detailsOf(RoomRefusal why) {
        return statusOf(why) == HttpRefusal.CONFLICT ? List.of(new Violation("", why.id())) : List.of();
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
}
