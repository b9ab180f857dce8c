package dev.portcullis.rooms;

import dev.portcullis.config.Section;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.rooms.authorizer.AuthorizerConfig;
import dev.portcullis.rooms.directory.RoomLimits;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The section {@code rooms}.
 *
 * @param open the key {@code public}: rooms that any user with a session may enter
 */
public record RoomsConfig(Set<RoomId> open, Adding adding, RoomLimits limits, Optional<AuthorizerConfig> authorizer) {
    private static final Pattern NAME = Pattern.compile(".{1,256}");

    public static RoomsConfig read(Section rooms, CircuitBreaker.Config breaker) {
        Set<RoomId> open = new HashSet<>();
        for (String name :
                rooms.basic().texts("public", List.of(), NAME, "rooms that any user with a session may enter")) {
            if (RoomId.isValid(name)) {
                open.add(new RoomId(name));
            } else {
                rooms.problem(
                        "public",
                        "names " + name + ", which no room can have as its name",
                        "1 to 64 letters, digits and _.:-, beginning with a letter or digit; no prefixes");
            }
        }
        return new RoomsConfig(
                Set.copyOf(open),
                rooms.basic()
                        .choice(
                                "adding",
                                Adding.INVITE,
                                "what it does to add a user to a room: invite, they have to accept, unless the two share a room in which"
                                        + " both are by their own act; or direct, they are in it at once. To make an owner is always an"
                                        + " invitation"),
                RoomLimits.read(rooms.section("limits")),
                AuthorizerConfig.read(rooms.section("authorizer").section("http"), breaker));
    }

    /** The values of {@code rooms.adding}: how users add others to a room. */
    public enum Adding {
        /** Users add at once only those who know them, and invite others. */
        INVITE,
        /** Users add all others at once. */
        DIRECT
    }
}
