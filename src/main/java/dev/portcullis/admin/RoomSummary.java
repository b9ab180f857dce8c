package dev.portcullis.admin;

import dev.portcullis.rooms.directory.Room.Visibility;
import java.util.Optional;

/**
 * What a list of rooms tells of one. A part that is not known, or not in time, is empty.
 *
 * @param name safe as HTML; of a room that a user created
 * @param visibility of a room that a user created
 * @param seq the position of its newest entry
 * @param present users who are there
 */
public record RoomSummary(
        Optional<String> name, Optional<Visibility> visibility, Optional<Long> seq, Optional<Integer> present) {
    public static final RoomSummary UNKNOWN =
            new RoomSummary(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
