package dev.portcullis.rooms;

import dev.portcullis.config.Section;
import dev.portcullis.protocol.RoomId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The section {@code rooms}.
 *
 * @param open the key {@code public}: rooms that any user with a session may enter
 */
public record RoomsConfig(Set<RoomId> open) {
    private static final Pattern NAME = Pattern.compile(".{1,256}");

    public static RoomsConfig read(Section rooms) {
        Set<RoomId> open = new HashSet<>();
        for (String name : rooms.texts("public", List.of(), NAME, "rooms that any user with a session may enter")) {
            if (RoomId.isValid(name)) {
                open.add(new RoomId(name));
            } else {
                rooms.problem(
                        "public",
                        "names " + name + ", which no room can have as its name",
                        "1 to 64 letters, digits and _.:-, beginning with a letter or digit; no prefixes");
            }
        }
        return new RoomsConfig(Set.copyOf(open));
    }
}
