package dev.portcullis.rooms;

import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Who may enter a room, and what they may do there. A room that is not theirs and one that does not exist answer the
 * same, whatever the action, so that nobody can find out by asking which rooms there are (CWE-204). What the token
 * permits no membership takes away.
 */
final class RoomPolicy {
    private final Set<RoomId> open;
    private final Permissions permissions;

    RoomPolicy(RoomsConfig rooms, Permissions permissions) {
        this.open = rooms.open();
        this.permissions = permissions;
    }

    /** The verdict, where no membership could change it; the common case, and it costs no look into the store. */
    Optional<Verdict> judgeWithoutStore(Sender from, FrameType action, RoomId room) {
        if (!mayEnter(from, room)) {
            return Optional.empty();
        }
        if (permissions.permits(RoomRole.ofToken(from.role()), action)) {
            return Optional.of(Verdict.GRANTED);
        }
        return aMembershipCouldPermit(action) ? Optional.empty() : Optional.of(Verdict.refused(Reason.FORBIDDEN));
    }

    /** The verdict, once it is known what the store says of them. */
    Verdict judge(Sender from, FrameType action, RoomId room, Optional<Membership> membership) {
        if (membership.isEmpty() && !mayEnter(from, room)) {
            return Verdict.refused(Reason.NOT_MEMBER);
        }
        boolean permitted = permissions.permits(RoomRole.ofToken(from.role()), action)
                || membership
                        .filter(row -> permissions.permits(row.role(), action))
                        .isPresent();
        return permitted ? Verdict.GRANTED : Verdict.refused(Reason.FORBIDDEN);
    }

    /**
     * The verdict on putting somebody out. Nobody puts out themselves, who may leave, nor those whom the room gives as much
     * say as them: two moderators could else empty it of each other.
     */
    Verdict judgeRemoval(
            Sender from, RoomId room, Optional<Membership> membership, UserId whom, Optional<Membership> theirs) {
        boolean beneath = theirs.map(row -> say(from, membership)
                        .filter(role -> role.compareTo(row.role()) > 0)
                        .isPresent())
                .orElse(true);
        return judge(from, FrameType.REMOVE_USER, room, membership)
                .fold(
                        () -> beneath && !whom.equals(from.userId())
                                ? Verdict.GRANTED
                                : Verdict.refused(Reason.FORBIDDEN),
                        Verdict::refused);
    }

    /** The highest role by which they may put others out. */
    private Optional<RoomRole> say(Sender from, Optional<Membership> membership) {
        return Stream.concat(Stream.of(RoomRole.ofToken(from.role())), membership.map(Membership::role).stream())
                .filter(role -> permissions.permits(role, FrameType.REMOVE_USER))
                .max(Comparator.naturalOrder());
    }

    private boolean mayEnter(Sender from, RoomId room) {
        return RoomRole.ofToken(from.role()) == RoomRole.ADMIN || open.contains(room) || from.isGranted(room);
    }

    private boolean aMembershipCouldPermit(FrameType action) {
        return EnumSet.complementOf(EnumSet.of(RoomRole.ADMIN)).stream()
                .anyMatch(role -> permissions.permits(role, action));
    }
}
