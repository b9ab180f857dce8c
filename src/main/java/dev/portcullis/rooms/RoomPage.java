package dev.portcullis.rooms;

import java.util.List;
import java.util.Optional;

/**
 * Rooms that a user may enter.
 *
 * @param next the place where the next page begins; empty at the end. A page may be short, and is the last only if this is empty
 */
public record RoomPage(List<RoomView> rooms, Optional<String> next) {}
