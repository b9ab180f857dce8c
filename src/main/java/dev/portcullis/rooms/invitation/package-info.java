/**
 * Who was invited to which room, and by whom? Owns one row for each user: the invitations that are open for them, and those
 * that they sent. The two lie in different lanes, so one of them may be missing; the row of the invited alone lets a user in.
 * Without the store no user is invited, and none accepts.
 */
@NullMarked
package dev.portcullis.rooms.invitation;

import org.jspecify.annotations.NullMarked;
