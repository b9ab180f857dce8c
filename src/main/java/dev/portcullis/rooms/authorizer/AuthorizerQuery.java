package dev.portcullis.rooms.authorizer;

import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;

/** Whether a user whose token has this role may enter the room. */
public record AuthorizerQuery(UserId user, Role role, RoomId room) {}
