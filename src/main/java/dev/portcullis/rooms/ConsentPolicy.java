package dev.portcullis.rooms;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.RoomsConfig.Adding;
import dev.portcullis.rooms.directory.Membership;
import dev.portcullis.rooms.invitation.Invitation;
import dev.portcullis.rooms.invitation.Invitation.Right;
import java.util.Optional;

/** Decides whether a user becomes a member by the act of another, or has to accept first. */
record ConsentPolicy(Live<RoomsConfig> config) {
    /** The way in which a user comes by a membership. */
    enum Way {
        AT_ONCE,
        /**
         * The user becomes a member at once if the two share a room in which both are by their own act, and is invited otherwise.
         */
        IF_ACQUAINTED,
        BY_INVITATION
    }

    /**
     * The way in which the act makes the user a member. No user owns a room without having accepted it: it is a duty, and counts
     * as their own (CWE-841).
     */
    Way way(Sender by, UserId target, Optional<Membership> present, RoomRole wanted) {
        if (target.equals(by.userId())
                || present.map(Membership::role)
                        .filter(role -> role == wanted || wanted != RoomRole.OWNER)
                        .isPresent()) {
            return Way.AT_ONCE;
        }
        if (wanted == RoomRole.OWNER) {
            return Way.BY_INVITATION;
        }
        return isTrusted(by) || config.get().adding() == Adding.DIRECT ? Way.AT_ONCE : Way.IF_ACQUAINTED;
    }

    /** Whether the sender is an admin, or the application's server. */
    static boolean isTrusted(Sender by) {
        return by.role() == Role.ADMIN;
    }

    /** The membership that the act gives. It counts as the user's own only if the user acts. */
    static Membership given(Sender by, UserId target, Optional<Membership> present, RoomRole wanted, long now) {
        if (!target.equals(by.userId())) {
            Membership given =
                    present.map(member -> member.given(wanted)).orElseGet(() -> Membership.added(wanted, now));
            return isTrusted(by) ? given.unassigned() : given;
        }
        return present.map(member -> member.role().compareTo(wanted) < 0
                        ? member.accepted(wanted)
                        : member.given(wanted).unassigned())
                .orElseGet(() -> Membership.taken(wanted, now));
    }

    /** The membership of a user who accepts. A higher role that they have already stays. */
    static Membership accepted(Invitation invitation, Optional<Membership> present, long now) {
        return present.map(member -> member.accepted(higher(member.role(), invitation.role())))
                .orElseGet(() -> Membership.taken(invitation.role(), now));
    }

    /** The right that permits an invitation: the role in the room, if the decision rests on that. */
    static Right right(Sender by, RoomDecision granted, Optional<Membership> own) {
        if (isTrusted(by)) {
            return Right.ADMIN;
        }
        return own.map(Membership::role).equals(granted.role()) ? Right.MEMBERSHIP : Right.TOKEN;
    }

    private static RoomRole higher(RoomRole one, RoomRole other) {
        return one.compareTo(other) < 0 ? other : one;
    }
}
