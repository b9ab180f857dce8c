package dev.portcullis.edge.api.rooms;

import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;

/** Reads the room and the user in the path of a call. */
final class RoomPath {
    private RoomPath() {}

    static RoomId room(ApiRequest request) {
        return new RoomId(request.text("roomId"));
    }

    static UserId user(ApiRequest request) {
        return new UserId(request.text("userId"));
    }

    /** The room and the user, as the audit log names them. No id of a room contains a slash. */
    static String resource(ApiRequest request) {
        return request.text("roomId") + "/" + request.text("userId");
    }
}
