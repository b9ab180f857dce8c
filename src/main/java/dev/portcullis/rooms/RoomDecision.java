package dev.portcullis.rooms;

import dev.portcullis.protocol.LowerCaseId;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Verdict;
import java.util.Optional;

/**
 * A decision, with the facts that it rests on.
 *
 * @param access the fact by which the user may enter the room; empty if there is none
 * @param role the role that permits the action; empty if none does, or if no role was asked for
 * @param assigned whether another user gave the user their role in the room
 */
public record RoomDecision(Rule rule, Optional<Access> access, Optional<RoomRole> role, boolean assigned) {
    public RoomDecision(Rule rule, Optional<Access> access, Optional<RoomRole> role) {
        this(rule, access, role, false);
    }

    /** The rule that granted or refused. */
    public enum Rule implements LowerCaseId {
        PERMITTED("a role of the user permits it"),
        OWN_MEMBERSHIP("users may leave a room, and lower their own role"),
        BARRED("the user was removed from the room, which holds over any other access until they are added again"),
        NO_ACCESS("nothing lets the user into the room, or there is none"),
        NO_ANSWER("nothing else lets the user into the room, and the application's authorizer gives no answer"),
        NO_PERMISSION("no role of the user permits it"),
        UNVERIFIED("the user is not verified, and to a member it might be permitted"),
        MUTED("the user is muted in the room"),
        ONESELF("it can't be done to oneself"),
        OUTRANKED("the other user has the same or a higher role"),
        ABOVE_OWN_ROLE("the role that is to be given is above the own");

        private final String sentence;

        Rule(String sentence) {
            this.sentence = sentence;
        }

        /** The explanation for an operator. No client gets to see it. */
        public String sentence() {
            return sentence;
        }
    }

    /** The fact that lets a user into a room. The first that holds is named. */
    public enum Access implements LowerCaseId {
        ADMIN("the token is an admin's"),
        MEMBERSHIP("the user is a member"),
        CONFIGURED("rooms.public names the room"),
        PUBLIC("the room is public"),
        TOKEN("the token grants the room"),
        AUTHORIZER("the application's authorizer allows it");

        private final String sentence;

        Access(String sentence) {
            this.sentence = sentence;
        }

        public String sentence() {
            return sentence;
        }
    }

    static RoomDecision refused(Rule rule) {
        return new RoomDecision(rule, Optional.empty(), Optional.empty());
    }

    RoomDecision because(Rule other) {
        return new RoomDecision(other, access, role, assigned);
    }

    /**
     * This decision if the role that permits the action is not below the given one, and a refusal otherwise. The role is the
     * sender's highest that permits it.
     */
    RoomDecision atLeast(Optional<RoomRole> least) {
        boolean below = least.filter(
                        needed -> role.filter(own -> own.compareTo(needed) >= 0).isEmpty())
                .isPresent();
        return isGranted() && below ? because(Rule.NO_PERMISSION) : this;
    }

    public boolean isGranted() {
        return rule == Rule.PERMITTED || rule == Rule.OWN_MEMBERSHIP;
    }

    /** The answer to the client. A room that the user may not enter and one that does not exist are the same (CWE-204). */
    public Verdict verdict() {
        return switch (rule) {
            case PERMITTED, OWN_MEMBERSHIP -> Verdict.GRANTED;
            case BARRED, NO_ACCESS -> Verdict.refused(Reason.NOT_MEMBER);
            case NO_ANSWER -> Verdict.refused(Reason.UNAVAILABLE);
            case UNVERIFIED -> Verdict.refused(Rejection.unverified());
            case MUTED -> Verdict.refused(Rejection.muted());
            case OUTRANKED -> Verdict.refused(Rejection.outranked());
            case NO_PERMISSION, ONESELF, ABOVE_OWN_ROLE ->
                assigned ? Verdict.refused(Rejection.assigned()) : Verdict.refused(Reason.FORBIDDEN);
        };
    }
}
