package dev.portcullis.rooms;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.RoomDecision.Access;
import dev.portcullis.rooms.RoomDecision.Rule;
import dev.portcullis.rooms.authorizer.AuthorizerAnswer;
import dev.portcullis.rooms.directory.Membership;
import dev.portcullis.rooms.directory.Room.Visibility;
import dev.portcullis.rooms.directory.RoomFacts;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides who may enter a room, and what they may do there. A room that the sender may not enter and one that does not exist give
 * the same answer, whatever the action, so that a client can't find out which rooms exist (CWE-204). A membership takes nothing
 * away that the token permits; a bar and a mute do, except from an admin.
 */
final class RoomPolicy {
    private final Live<RoomsConfig> rooms;
    private final Live<Permissions> permissions;

    RoomPolicy(Live<RoomsConfig> rooms, Live<Permissions> permissions) {
        this.rooms = rooms;
        this.permissions = permissions;
    }

    private boolean isOpen(RoomId room) {
        return rooms.get().open().contains(room);
    }

    /**
     * The decision, where no fact in the store could change its verdict. A token opens no room that a user created, and a mute
     * silences everywhere, so the store must be asked about these.
     */
    Optional<RoomDecision> decideWithoutStore(Sender from, RoomAction action, RoomId room) {
        boolean lacksFacts = !isAdmin(from) && (action.isSpeaking() || !isOpen(room));
        boolean lacksMembership = !permitsAnywhere(from, action) && someMembershipPermits(action);
        return lacksFacts || lacksMembership
                ? Optional.empty()
                : Optional.of(decide(from, action, room, RoomFacts.NONE, Optional.empty()));
    }

    /** The permit of an append that these facts allow; an admin's token needs none of them. */
    static Permit permit(Sender from, RoomAction action, RoomFacts facts) {
        if (!action.isAppending() || isAdmin(from)) {
            return Permit.UNCONDITIONAL;
        }
        return action.isSpeaking() ? facts.permits().toSpeak() : facts.permits().toAct();
    }

    /** Whether the application's authorizer must be asked: no other fact lets the sender in, or keeps them out. */
    boolean needsAuthorizer(Sender from, RoomId room, RoomFacts facts) {
        return !facts.barred() && !facts.deleted() && access(from, room, facts).isEmpty();
    }

    /** @param authorizer the answer of the application's authorizer; empty if it was not asked */
    RoomDecision decide(
            Sender from, RoomAction action, RoomId room, RoomFacts facts, Optional<AuthorizerAnswer> authorizer) {
        if (facts.barred() && !isAdmin(from)) {
            return RoomDecision.refused(Rule.BARRED);
        }
        Optional<Access> access = access(from, room, facts)
                .or(() -> authorizer
                        .filter(answer -> answer == AuthorizerAnswer.ALLOWED && !facts.deleted())
                        .map(answer -> Access.AUTHORIZER));
        if (access.isEmpty()) {
            boolean unanswered = authorizer.equals(Optional.of(AuthorizerAnswer.UNANSWERED)) && !facts.deleted();
            return RoomDecision.refused(unanswered ? Rule.NO_ANSWER : Rule.NO_ACCESS);
        }
        Optional<RoomRole> role = rolePermitting(from, action, facts.membership());
        Rule rule = role.isEmpty()
                ? refusing(from, action)
                : action.isSpeaking() && facts.mutedUntil().isPresent() && !isAdmin(from) ? Rule.MUTED : Rule.PERMITTED;
        boolean assigned = facts.membership().filter(Membership::assigned).isPresent();
        return new RoomDecision(rule, access, role, assigned);
    }

    /**
     * The decision on removing or muting another user. A user of the same or a higher rank can't be removed or muted: two
     * moderators could otherwise remove each other.
     *
     * @param targetRole the highest role of the target's tokens, where it is known
     */
    RoomDecision decideAgainst(
            Sender from,
            RoomDecision granted,
            UserId target,
            Optional<Membership> targetMembership,
            Optional<Role> targetRole) {
        if (!granted.isGranted()) {
            return granted;
        }
        if (target.equals(from.userId())) {
            return granted.because(Rule.ONESELF);
        }
        boolean higher =
                outranks(granted, targetMembership.map(Membership::role)) && outranks(granted, rank(targetRole));
        return higher ? granted : granted.because(Rule.OUTRANKED);
    }

    /** The rank that a token gives in a room. Every user has a token: its lowest role is no rank. */
    private static Optional<RoomRole> rank(Optional<Role> token) {
        return token.filter(role -> role.compareTo(Role.MEMBER) > 0).map(RoomRole::ofToken);
    }

    /** The action by which a membership becomes another; empty where the sender changes their own, and needs none. */
    static Optional<RoomAction> actionFor(
            Sender from, UserId target, Optional<RoomRole> present, Optional<RoomRole> wanted) {
        boolean lowered = present.filter(
                        role -> wanted.filter(next -> next.compareTo(role) >= 0).isEmpty())
                .isPresent();
        return target.equals(from.userId()) && lowered
                ? Optional.empty()
                : Optional.of(action(Stream.concat(present.stream(), wanted.stream())));
    }

    private static RoomAction action(Stream<RoomRole> roles) {
        return roles.allMatch(role -> role == RoomRole.MEMBER) ? RoomAction.CHANGE_MEMBERS : RoomAction.CHANGE_ROLES;
    }

    /** The decision on leaving a room, or lowering one's own role in it: no right is needed, and a bar does not hinder. */
    static RoomDecision ownMembership(Membership present) {
        return new RoomDecision(Rule.OWN_MEMBERSHIP, Optional.of(Access.MEMBERSHIP), Optional.of(present.role()));
    }

    /** The decision on another membership of a user. */
    RoomDecision decideMembership(RoomDecision granted, Optional<RoomRole> present, Optional<RoomRole> wanted) {
        if (!granted.isGranted()) {
            return granted;
        }
        if (!outranks(granted, present)) {
            return granted.because(Rule.OUTRANKED);
        }
        boolean above = wanted.filter(next ->
                        granted.role().filter(role -> role.compareTo(next) >= 0).isEmpty())
                .isPresent(); // CWE-269
        return above ? granted.because(Rule.ABOVE_OWN_ROLE) : granted;
    }

    /**
     * Whether a membership alone permits to give another user this role: the right that permitted an invitation must still do so
     * when it is accepted.
     */
    boolean permitsMembership(Optional<Membership> own, Optional<Membership> present, RoomRole wanted) {
        Optional<RoomRole> role = own.map(Membership::role)
                .filter(each -> permits(
                        each, action(Stream.concat(present.map(Membership::role).stream(), Stream.of(wanted)))));
        RoomDecision granted =
                new RoomDecision(role.isPresent() ? Rule.PERMITTED : Rule.NO_PERMISSION, Optional.empty(), role);
        return decideMembership(granted, present.map(Membership::role), Optional.of(wanted))
                .isGranted();
    }

    /**
     * Whether a membership is given only to a user who does not block the sender: it brings a room into the list of a user
     * who was not in it. An admin and the application's server are not held up.
     */
    static boolean needsNoBlock(Sender from, UserId target, Optional<Membership> present) {
        return present.isEmpty() && !isAdmin(from) && !target.equals(from.userId());
    }

    /** The decision on an action that needs no access to a room; empty for other actions. */
    Optional<RoomDecision> decideWithoutRoom(Sender from, RoomAction action) {
        if (action == RoomAction.LEAVE) {
            return Optional.of(new RoomDecision(Rule.OWN_MEMBERSHIP, Optional.empty(), Optional.empty()));
        }
        if (!action.needsNoRoom()) {
            return Optional.empty();
        }
        return Optional.of(decideAnywhere(from, action));
    }

    /** The decision by the token alone. */
    RoomDecision decideAnywhere(Sender from, RoomAction action) {
        Optional<RoomRole> role = rolePermitting(from, action, Optional.empty());
        return new RoomDecision(role.isPresent() ? Rule.PERMITTED : refusing(from, action), Optional.empty(), role);
    }

    private Rule refusing(Sender from, RoomAction action) {
        return from.role() == Role.UNVERIFIED && permits(RoomRole.MEMBER, action)
                ? Rule.UNVERIFIED
                : Rule.NO_PERMISSION;
    }

    /** Whether the token alone permits an action that needs no room. */
    boolean permitsAnywhere(Sender from, RoomAction action) {
        return permits(RoomRole.ofToken(from.role()), action);
    }

    private Optional<Access> access(Sender from, RoomId room, RoomFacts facts) {
        if (isAdmin(from)) {
            return Optional.of(Access.ADMIN);
        }
        if (facts.membership().isPresent()) {
            return Optional.of(Access.MEMBERSHIP);
        }
        if (isOpen(room)) {
            return Optional.of(Access.CONFIGURED);
        }
        if (facts.room().isPresent()) {
            return facts.room()
                    .filter(created -> created.visibility() == Visibility.PUBLIC)
                    .map(created -> Access.PUBLIC);
        }
        return from.isGranted(room) && !facts.deleted() ? Optional.of(Access.TOKEN) : Optional.empty();
    }

    /** The sender's highest role that permits the action. A membership gives nothing more to a user who is not verified. */
    private Optional<RoomRole> rolePermitting(Sender from, RoomAction action, Optional<Membership> membership) {
        Optional<RoomRole> ofToken = Optional.of(RoomRole.ofToken(from.role())).filter(role -> permits(role, action));
        Optional<RoomRole> ofMembership = membership
                .map(Membership::role)
                .filter(role -> from.role() != Role.UNVERIFIED && permits(role, action));
        if (ofToken.isEmpty() || ofMembership.isEmpty()) {
            return ofToken.isPresent() ? ofToken : ofMembership;
        }
        return ofToken.get().compareTo(ofMembership.get()) < 0 ? ofMembership : ofToken;
    }

    private boolean permits(RoomRole role, RoomAction action) {
        return permissions.get().permits(role, action);
    }

    private boolean someMembershipPermits(RoomAction action) {
        return Stream.of(RoomRole.values()).filter(RoomRole::isOfMembership).anyMatch(role -> permits(role, action));
    }

    private static boolean outranks(RoomDecision granted, Optional<RoomRole> target) {
        return granted.role()
                .filter(role ->
                        target.filter(other -> role.compareTo(other) <= 0).isEmpty())
                .isPresent();
    }

    private static boolean isAdmin(Sender from) {
        return RoomRole.ofToken(from.role()) == RoomRole.ADMIN;
    }
}
