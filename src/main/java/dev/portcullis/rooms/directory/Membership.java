package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.RoomRole;

/**
 * A user's membership of a room, and their role there. It makes no user an admin; only a token does.
 *
 * @param origin the act by which they became a member, or owner
 * @param since the time at which they became a member, in milliseconds
 * @param assigned whether another user gave them their role: an action that they try beyond it, from habit or unasked, is no
 * attack
 */
public record Membership(RoomRole role, Origin origin, long since, boolean assigned) {

    /** Tells by whose act a membership came. The acts of others give those others no right, and use up no limit of the user. */
    public enum Origin {
        ADDED,
        /** They joined by their own act, or accepted an invitation. */
        JOINED,
        /** They created the room, or accepted to own it. */
        OWNED
    }

    public Membership {
        if (!role.isOfMembership()) { // a row in the store must not reach beyond its room (CWE-269)
            throw new IllegalArgumentException("no membership gives " + role);
        }
        if (origin == Origin.OWNED && role != RoomRole.OWNER) {
            throw new IllegalArgumentException("only an owner owns by their own act");
        }
    }

    /** The membership of a user whom somebody else makes a member. */
    public static Membership added(RoomRole role, long since) {
        return new Membership(role, Origin.ADDED, since, true);
    }

    /** The membership of a user who takes it by their own act: they create the room, let themselves in or accept. */
    public static Membership taken(RoomRole role, long since) {
        return new Membership(role, role == RoomRole.OWNER ? Origin.OWNED : Origin.JOINED, since, false);
    }

    /** The same membership with a role that the member did not ask for. */
    public Membership given(RoomRole other) {
        boolean losesRoom = origin == Origin.OWNED && other != RoomRole.OWNER;
        return new Membership(other, losesRoom ? Origin.JOINED : origin, since, true);
    }

    /** The same membership, where the member, an admin or the application's server gave the role, and no other user. */
    public Membership unassigned() {
        return new Membership(role, origin, since, false);
    }

    /** The same membership with a role that the member took or accepted. */
    public Membership accepted(RoomRole other) {
        return taken(other, since);
    }

    public boolean isOwnAct() {
        return origin != Origin.ADDED;
    }
}
