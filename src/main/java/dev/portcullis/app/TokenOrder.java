package dev.portcullis.app;

import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.UserId;
import java.time.Duration;
import java.util.List;

/**
 * What a token shall say.
 *
 * @param rooms ids, or prefixes that end in {@code *}
 */
public record TokenOrder(UserId user, Role role, List<String> rooms, Duration ttl) {
    public TokenOrder {
        rooms = List.copyOf(rooms);
    }
}
