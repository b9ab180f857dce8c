package dev.portcullis.edge.api.rooms;

import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;

/** What the path of a call names. */
final class RoomPath {
    private RoomPath() {}

    static RoomId room(ApiRequest request) {
        return new RoomId(request.text("roomId"));
    }

    static UserId user(ApiRequest request) {
        return new UserId(request.text("userId"));
    }

    /** The room and the user of it, as in the audit log. No id of a room contains a slash. */
    static String resource(ApiRequest request) {
        return request.text("roomId") + "/" + request.text("userId");
    }
}
