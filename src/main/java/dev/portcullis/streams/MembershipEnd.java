package dev.portcullis.streams;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * A membership that ends in the step that appends to the room's stream: both happen, or neither.
 *
 * @param leaves whether the user leaves by themselves. They must be a member then, or have left for as long as idempotency keys are
 *     kept: who has not heard that it is done asks again, and gets the outcome of that leave
 * @param role of the user when their removal was permitted, empty for none. With another one they stay
 */
public record MembershipEnd(RoomId room, UserId user, boolean leaves, Optional<String> role) {

    public static MembershipEnd leaving(RoomId room, UserId user) {
        return new MembershipEnd(room, user, true, Optional.empty());
    }

    public static MembershipEnd removing(RoomId room, UserId user, Optional<String> role) {
        return new MembershipEnd(room, user, false, role);
    }
}
