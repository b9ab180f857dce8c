package dev.portcullis.broadcast.presence;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;

/** @param passesBars whether no bar concerns the user */
public record TypingNotice(RoomId room, UserId user, boolean typing, boolean passesBars) {}
