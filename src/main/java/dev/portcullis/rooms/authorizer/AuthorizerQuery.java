package dev.portcullis.rooms.authorizer;

import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;

/** Whether a user whose token has this role may enter the room, or write to the other user directly. */
public record AuthorizerQuery(UserId user, Role role, Target target) {
    public AuthorizerQuery(UserId user, Role role, RoomId room) {
        this(user, role, new Target.ToRoom(room));
    }
}
