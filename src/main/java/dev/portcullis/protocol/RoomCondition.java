package dev.portcullis.protocol;

import java.util.Optional;

/**
 * The membership that a permission in a room depends on. A permitted append is done only where this still holds and the room
 * was not deleted: a node may have stood still between the two (CWE-367).
 *
 * @param role of the user's membership; empty where the permission needs none
 * @param speaks whether a mute of the user forbids it
 */
public record RoomCondition(RoomId room, UserId user, Optional<String> role, boolean speaks) {}
