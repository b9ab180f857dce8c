package dev.portcullis.edge.api.rooms;

import dev.portcullis.edge.api.ApiCall;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;

/** Reads the room and the user in the path of a call. */
final class RoomPath {
    private RoomPath() {}

    static RoomId room(ApiCall call) {
        return new RoomId(call.request().text("roomId"));
    }

    static UserId user(ApiCall call) {
        return new UserId(call.request().text("userId"));
    }

    /** The room and the user, as the audit log names them. No id of a room contains a slash. */
    static String resource(ApiCall call) {
        return call.request().text("roomId") + "/" + call.request().text("userId");
    }
}
