package dev.portcullis.rooms;

import dev.portcullis.config.Section;
import dev.portcullis.protocol.RoomId;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The section {@code rooms}.
 *
 * @param open the key {@code public}: rooms that anybody with a session may enter
 */
public record RoomsConfig(Set<RoomId> open) {
    public static RoomsConfig read(Section rooms) {
        List<String> names =
                rooms.texts("public", List.of(), RoomId.FORM, "rooms that anybody with a session may enter");
        return new RoomsConfig(names.stream().map(RoomId::new).collect(Collectors.toUnmodifiableSet()));
    }
}
