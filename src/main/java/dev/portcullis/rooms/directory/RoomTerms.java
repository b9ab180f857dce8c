package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.UserId;
import java.util.List;
import java.util.Optional;

/**
 * What a change of a room was decided on, and until when it may be made.
 *
 * @param notAfter the latest time, by the store's clock
 */
public record RoomTerms(List<Condition> conditions, long notAfter) {
    /** The terms of a change that rests on nothing, and is right whenever it comes. */
    public static final RoomTerms NONE = new RoomTerms(List.of(), Long.MAX_VALUE);

    public RoomTerms {
        conditions = List.copyOf(conditions);
    }

    RoomTerms until(long end) {
        return new RoomTerms(conditions, Math.min(notAfter, end));
    }

    /**
     * The membership that a user must still have, or the absence of one, since the change was decided on it.
     *
     * @param unbarred whether the user must also not be barred. The removal of a user who is no member changes only their bar
     */
    public record Condition(UserId user, Optional<Membership> membership, boolean unbarred) {
        public Condition(UserId user, Optional<Membership> membership) {
            this(user, membership, false);
        }

        /** The condition that these facts, which were read with the bar, still hold. */
        public static Condition of(UserId user, RoomFacts facts) {
            return new Condition(user, facts.membership(), !facts.barred());
        }
    }
}
