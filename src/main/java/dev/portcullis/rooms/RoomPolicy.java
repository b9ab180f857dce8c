package dev.portcullis.rooms;

import dev.portcullis.config.Live;
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
 * Who may enter a room, and what they may do there. A room that the sender may not enter and one that does not exist
 * give the same answer, whatever the action, so that a client can't find out which rooms exist (CWE-204). A membership
 * takes nothing away that the token permits.
 */
final class RoomPolicy {
    private final Set<RoomId> open;
    private final Live<Permissions> permissions;

    RoomPolicy(RoomsConfig rooms, Live<Permissions> permissions) {
        this.open = rooms.open();
        this.permissions = permissions;
    }

    /** The verdict, where no membership could change it. This is the common case, and needs no read of the store. */
    Optional<Verdict> judgeWithoutStore(Sender from, FrameType action, RoomId room) {
        if (!mayEnter(from, room)) {
            return Optional.empty();
        }
        if (permissions.get().permits(RoomRole.ofToken(from.role()), action)) {
            return Optional.of(Verdict.GRANTED);
        }
        return someMembershipPermits(action) ? Optional.empty() : Optional.of(Verdict.refused(Reason.FORBIDDEN));
    }

    /** The verdict, given the sender's membership in the store. */
    Verdict judge(Sender from, FrameType action, RoomId room, Optional<Membership> membership) {
        if (membership.isEmpty() && !mayEnter(from, room)) {
            return Verdict.refused(Reason.NOT_MEMBER);
        }
        boolean permitted = permissions.get().permits(RoomRole.ofToken(from.role()), action)
                || membership
                        .filter(row -> permissions.get().permits(row.role(), action))
                        .isPresent();
        return permitted ? Verdict.GRANTED : Verdict.refused(Reason.FORBIDDEN);
    }

    /**
     * The verdict on removing a user. A sender can't remove themselves, since they may leave, nor a user of the same or
     * a higher rank in the room: else two moderators could remove each other.
     */
    Verdict judgeRemoval(
            Sender from,
            RoomId room,
            Optional<Membership> membership,
            UserId target,
            Optional<Membership> targetMembership) {
        boolean outranked = targetMembership
                .map(row -> removalRole(from, membership)
                        .filter(role -> role.compareTo(row.role()) > 0)
                        .isPresent())
                .orElse(true);
        return judge(from, FrameType.REMOVE_USER, room, membership)
                .fold(
                        () -> outranked && !target.equals(from.userId())
                                ? Verdict.GRANTED
                                : Verdict.refused(Reason.FORBIDDEN),
                        Verdict::refused);
    }

    /** The sender's highest role that may remove users. */
    private Optional<RoomRole> removalRole(Sender from, Optional<Membership> membership) {
        return Stream.concat(Stream.of(RoomRole.ofToken(from.role())), membership.map(Membership::role).stream())
                .filter(role -> permissions.get().permits(role, FrameType.REMOVE_USER))
                .max(Comparator.naturalOrder());
    }

    private boolean mayEnter(Sender from, RoomId room) {
        return RoomRole.ofToken(from.role()) == RoomRole.ADMIN || open.contains(room) || from.isGranted(room);
    }

    private boolean someMembershipPermits(FrameType action) {
        return EnumSet.complementOf(EnumSet.of(RoomRole.ADMIN)).stream()
                .anyMatch(role -> permissions.get().permits(role, action));
    }
}
