package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.UserId;

/**
 * A user who is to be a member.
 *
 * @param max how many members the room may have; one who is a member already exceeds nothing
 * @param liftsBar whether a bar of the user is lifted in the same step
 */
public record Entrant(UserId user, Membership membership, int max, boolean liftsBar) {}
