/**
 * May this user do this in this room? Decides who may be in a room and which actions their role permits there. Owns
 * nothing itself; the rooms and their members are those of {@code rooms.directory}. Without the store, it still decides about
 * admins, and about what needs no voice in the rooms of the configuration. Other requests fail, and the action is not done.
 */
@NullMarked
package dev.portcullis.rooms;

import org.jspecify.annotations.NullMarked;
