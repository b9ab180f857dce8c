package dev.portcullis.edge.api.rooms;

import dev.portcullis.audit.EventName;
import dev.portcullis.edge.api.ApiAudit;
import dev.portcullis.edge.api.LimitedCalls;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Sender;
import dev.portcullis.rooms.RoomRefusal;
import java.util.List;
import java.util.Optional;

/** Answers calls about rooms. Each refusal, and each change that was made, is one audit event. */
final class RoomAnswers {
    private static final int ACCEPTED = 202;
    private static final int NO_CONTENT = 204;

    private final LimitedCalls calls;
    private final ApiAudit audit;

    RoomAnswers(LimitedCalls calls, ApiAudit audit) {
        this.calls = calls;
        this.audit = audit;
    }

    /** The change of a room, as the audit log names it. */
    enum Change {
        CREATED,
        UPDATED,
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

    void changed(ApiRequest request, Sender by, Change what, String resource) {
        audit.done(EventName.ROOM_CHANGED, request.http(), by.userId(), what.id, resource);
    }

    void done(ApiRequest request, Sender by, Change what, String resource) {
        changed(request, by, what, resource);
        request.send(NO_CONTENT);
    }

    void invited(ApiRequest request, Sender by, String resource, RoomRole role) {
        changed(request, by, Change.INVITED, resource);
        var unused = request.send(ACCEPTED, HttpResponses.JSON, RoomBody.ofInvited(role));
    }

    void refuse(ApiRequest request, Sender by, RoomRefusal why) {
        calls.refuse(request, by, statusOf(why), detailsOf(why), Optional.of(why.id()));
    }

    private static HttpRefusal statusOf(RoomRefusal why) {
        return switch (why) {
            case NOT_FOUND -> HttpRefusal.NOT_FOUND;
            case FORBIDDEN, UNVERIFIED -> HttpRefusal.FORBIDDEN;
            case BAD_NAME -> HttpRefusal.VALIDATION_FAILED;
            case TAKEN, FULL, TOO_MANY_ROOMS, TOO_MANY_INVITATIONS, LAST_OWNER, CHANGED -> HttpRefusal.CONFLICT;
            case UNAVAILABLE -> HttpRefusal.UNAVAILABLE;
        };
    }

    private static List<Violation> detailsOf(RoomRefusal why) {
        return switch (why) {
            case NOT_FOUND, FORBIDDEN, UNAVAILABLE -> List.of();
            case BAD_NAME -> List.of(new Violation("/name", "format"));
            case TAKEN -> List.of(new Violation("/roomId", why.id()));
            case UNVERIFIED, FULL, TOO_MANY_ROOMS, TOO_MANY_INVITATIONS, LAST_OWNER, CHANGED ->
                List.of(new Violation("", why.id()));
        };
    }
}
