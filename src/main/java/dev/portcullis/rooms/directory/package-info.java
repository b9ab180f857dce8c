/**
 * Which rooms are there, and who is in them? Owns the rooms that users created, their members and mutes, each room in the
 * lane of its stream, and the lists of rooms, which lie in other lanes. A list may name a room too many, never one too few:
 * an entry is made before the membership that it stands for, and one that stands for none is removed when it is read.
 * Without the store each step fails, and nothing is granted.
 */
@NullMarked
package dev.portcullis.rooms.directory;

import org.jspecify.annotations.NullMarked;
