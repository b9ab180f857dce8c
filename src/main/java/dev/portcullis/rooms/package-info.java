/**
 * May they do it here? Decides who may be in a room and which actions their role permits there. Owns the rooms'
 * members, in the store. Without the store, what the token or the list of public rooms decides goes on; the rest is
 * not answered, and so not done.
 */
@NullMarked
package dev.portcullis.rooms;

import org.jspecify.annotations.NullMarked;
