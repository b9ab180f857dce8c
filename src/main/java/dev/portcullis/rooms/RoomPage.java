package dev.portcullis.rooms;

import java.util.List;
import java.util.Optional;

/**
 * Rooms that a user may enter.
 *
 * @param next where to go on; empty at the end. A page may be short, and is the last only then
 */
public record RoomPage(List<RoomView> rooms, Optional<String> next) {}
