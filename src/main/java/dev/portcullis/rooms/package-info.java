/**
 * May this user do this in this room? Decides who may be in a room and which actions their role permits there. Owns the
 * rooms' members, in the store. Without the store, it still decides what the token or the list of public rooms settles.
 * Other requests fail, and the action is not done.
 */
@NullMarked
package dev.portcullis.rooms;

import org.jspecify.annotations.NullMarked;
