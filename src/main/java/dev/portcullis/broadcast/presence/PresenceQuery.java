package dev.portcullis.broadcast.presence;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * Asks which users are in a room.
 *
 * @param after the last user of the page before
 * @param barredAs the user, who gets no answer if barred; empty for a user whom no bar concerns
 */
public record PresenceQuery(RoomId room, Optional<UserId> after, int limit, Optional<UserId> barredAs) {
    /** The most users of a page. */
    public static final int MOST = 200;

    public PresenceQuery {
        if (limit < 1 || limit > MOST) {
            throw new IllegalArgumentException("the page has no such size");
        }
    }
}
