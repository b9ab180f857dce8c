package dev.portcullis.edge.api.rooms;

import dev.portcullis.audit.EventName;
import dev.portcullis.edge.api.ApiCall;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.rooms.RoomOutcome;
import dev.portcullis.rooms.RoomOutcome.Done;
import dev.portcullis.rooms.RoomRefusal;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Answers calls about rooms. Each refusal, and each change that was made, is one audit event. */
final class RoomAnswers {
    private static final int ACCEPTED = 202;

    private RoomAnswers() {}

    /** The change of a room, as the audit log names it. */
    enum Change {
        CREATED,
        UPDATED,
        /** Another retention was set, maybe with another name or topic. */
        RETAINED,
        DELETED,
        MEMBER,
        INVITED,
        ACCEPTED,
        DECLINED,
        LEFT,
        REMOVED,
        MUTED,
        UNMUTED;

        private final String id = name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Goes on with what the stage has decided. */
    static void then(ApiCall call, Future<RoomOutcome> asked, Consumer<Done> done, Consumer<RoomRefusal> refused) {
        call.then(
                asked,
                outcome -> outcome.<Runnable>fold(
                                granted -> () -> done.accept(granted), why -> () -> refused.accept(why))
                        .run());
    }

    /** The room and the user, as the audit log names them. No id of a room contains a slash. */
    static String memberOf(ApiCall call) {
        return call.room().value() + "/" + call.other().value();
    }

    static void changed(ApiCall call, Change what, String resource) {
        call.done(EventName.ROOM_CHANGED, what.id, resource);
    }

    static void done(ApiCall call, Change what, String resource) {
        changed(call, what, resource);
        call.send();
    }

    static void invited(ApiCall call, String resource, RoomRole role) {
        changed(call, Change.INVITED, resource);
        call.send(ACCEPTED, RoomBody.ofInvited(role));
    }

    static void refuse(ApiCall call, RoomRefusal why) {
        call.refuse(statusOf(why), detailsOf(why), Optional.of(why.id()));
    }

    private static HttpRefusal statusOf(RoomRefusal why) {
        return switch (why) {
            case NOT_FOUND -> HttpRefusal.NOT_FOUND;
            case FORBIDDEN, UNVERIFIED -> HttpRefusal.FORBIDDEN;
            case BAD_NAME, TOO_MANY_ENTRIES, TOO_LONG -> HttpRefusal.VALIDATION_FAILED;
            case TAKEN, FULL, TOO_MANY_ROOMS, TOO_MANY_INVITATIONS, LAST_OWNER, CHANGED -> HttpRefusal.CONFLICT;
            case UNAVAILABLE -> HttpRefusal.UNAVAILABLE;
        };
    }

    private static List<Violation> detailsOf(RoomRefusal why) {
        return switch (why) {
            case NOT_FOUND, FORBIDDEN, UNAVAILABLE -> List.of();
            case BAD_NAME -> List.of(new Violation("/name", "format"));
            case TOO_MANY_ENTRIES -> List.of(new Violation("/retention/entries", "maximum"));
            case TOO_LONG -> List.of(new Violation("/retention/ageMs", "maximum"));
            case TAKEN -> List.of(new Violation("/roomId", why.id()));
            case UNVERIFIED, FULL, TOO_MANY_ROOMS, TOO_MANY_INVITATIONS, LAST_OWNER, CHANGED ->
                List.of(new Violation("", why.id()));
        };
    }
}
