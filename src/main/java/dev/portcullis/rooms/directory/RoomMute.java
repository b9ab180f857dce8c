package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.UserId;

/**
 * A mute of a user in a room.
 *
 * @param forMs how long it lasts from now on; 0 ends one
 * @param max how many mutes in force the room may have
 */
public record RoomMute(UserId user, long forMs, int max) {}
