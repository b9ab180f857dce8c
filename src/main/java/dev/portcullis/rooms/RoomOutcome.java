package dev.portcullis.rooms;

import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.WireName;
import dev.portcullis.rooms.directory.RoomChange;
import dev.portcullis.rooms.directory.RoomStore.Member;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The result of a call about a room. */
public sealed interface RoomOutcome {
    RoomOutcome DONE = new Done(Optional.empty(), List.of(), false);

    /** The user was asked. Whether the invitation reached them is not told (CWE-204). */
    RoomOutcome INVITED = new Done(Optional.empty(), List.of(), false, true, Optional.empty());

    <R> R fold(Function<Done, R> done, Function<RoomRefusal, R> refused);

    static RoomOutcome of(RoomChange change) {
        return switch (change) {
            case DONE -> DONE;
            case CHANGED -> refused(RoomRefusal.CHANGED);
            case TAKEN -> refused(RoomRefusal.TAKEN);
            case ABSENT -> refused(RoomRefusal.NOT_FOUND);
            case FULL -> refused(RoomRefusal.FULL);
            case TOO_MANY_ROOMS -> refused(RoomRefusal.TOO_MANY_ROOMS);
            case LAST_OWNER -> refused(RoomRefusal.LAST_OWNER);
            case LATE -> refused(RoomRefusal.UNAVAILABLE);
        };
    }

    static RoomOutcome shown(RoomView room) {
        return new Done(Optional.of(room), List.of(), false);
    }

    /** The room as it is with another retention, once that is set by this permit. */
    static RoomOutcome retaining(RoomView room, Permit permit) {
        return new Done(Optional.of(room), List.of(), false, false, Optional.of(permit));
    }

    static RoomOutcome refused(RoomRefusal why) {
        return new Refused(why);
    }

    /**
     * The change is done, or the room is shown.
     *
     * @param room the room that was created or asked for
     * @param members the members by id, if they were asked for and the user may see them
     * @param invited whether it is done only when another user accepts it
     * @param retention the permit by which the room's stream gets the retention that was asked for: the room's record changes with the
     * stream, in one step
     */
    @WireName("Done")
    record Done(
            Optional<RoomView> room, List<Member> members, boolean more, boolean invited, Optional<Permit> retention)
            implements RoomOutcome {
        public Done(Optional<RoomView> room, List<Member> members, boolean more) {
            this(room, members, more, false, Optional.empty());
        }

        Done showing(RoomView shown) {
            return new Done(Optional.of(shown), members, more, invited, retention);
        }

        @Override
        public <R> R fold(Function<Done, R> done, Function<RoomRefusal, R> refused) {
            return done.apply(this);
        }
    }

    @WireName("Refused")
    record Refused(RoomRefusal why) implements RoomOutcome {
        @Override
        public <R> R fold(Function<Done, R> done, Function<RoomRefusal, R> refused) {
            return refused.apply(why);
        }
    }
}
