package dev.portcullis.rooms;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.RoomDecider.BothUsers;
import dev.portcullis.rooms.directory.Membership;
import dev.portcullis.rooms.directory.RoomChange;
import dev.portcullis.rooms.directory.RoomDirectory;
import dev.portcullis.rooms.directory.RoomTerms;
import dev.portcullis.rooms.directory.RoomTerms.Condition;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Adds users to rooms, at once or by an invitation, and changes their roles. It asks the user first where the policy requires it.
 */
final class MemberService {
    private final RoomPolicy policy;
    private final RoomDecider decider;
    private final RoomDirectory directory;
    private final Consent consent;
    private final MembershipNews news;
    private final LongSupplier clock;

    /** The parts that tell which user has to be asked before becoming a member. */
    record Consent(
            ConsentPolicy policy,
            BiFunction<UserId, UserId, Future<Boolean>> isBlocked,
            DirectDecider direct,
            BiFunction<UserId, UserId, Future<Boolean>> hasWritten,
            Invitations invitations) {}

    MemberService(
            RoomPolicy policy,
            RoomDecider decider,
            RoomDirectory directory,
            Consent consent,
            MembershipNews news,
            LongSupplier clock) {
        this.policy = policy;
        this.decider = decider;
        this.directory = directory;
        this.consent = consent;
        this.news = news;
        this.clock = clock;
    }

    Future<RoomOutcome> put(RoomCommand.PutMember command) {
        return decider.both(command.by(), command.room(), command.target())
                .compose(
                        found -> found.map(both -> put(command, both)).orElseGet(() -> refused(RoomRefusal.NOT_FOUND)));
    }

    private Future<RoomOutcome> put(RoomCommand.PutMember command, BothUsers both) {
        return membershipDecision(command, both)
                .compose(decision ->
                        decision.isGranted() ? put(command, both, decision) : refused(RoomRefusal.of(decision.rule())));
    }

    private Future<RoomOutcome> put(RoomCommand.PutMember command, BothUsers both, RoomDecision granted) {
        return switch (consent.policy().way(command.by(), command.target(), both.target(), command.role())) {
            case AT_ONCE -> add(command, both, granted, () -> shareRoom(command));
            case BY_INVITATION -> invite(command, both, granted, () -> shareRoom(command));
            case IF_ACQUAINTED ->
                shareRoom(command)
                        .compose(shared -> shared
                                ? add(command, both, granted, () -> Future.succeededFuture(true))
                                : invite(command, both, granted, () -> Future.succeededFuture(false)));
        };
    }

    /**
     * Adds the user, or invites one whose list has no place for further rooms of others: they can still accept.
     *
     * @param shared whether the two share a room, asked where it matters
     */
    private Future<RoomOutcome> add(
            RoomCommand.PutMember command, BothUsers both, RoomDecision granted, Supplier<Future<Boolean>> shared) {
        return unlessBlocked(command, both, () -> step(command, both))
                .compose(change -> change == RoomChange.TOO_MANY_ROOMS
                                && both.target().isEmpty()
                                && !both.same()
                                && !ConsentPolicy.isTrusted(command.by())
                        ? invite(command, both, granted, shared)
                        : Future.succeededFuture(RoomOutcome.of(change)));
    }

    /** Puts the membership. Users who change their own role do not lift their own bar. */
    private Future<RoomChange> step(RoomCommand.PutMember command, BothUsers both) {
        Membership given =
                ConsentPolicy.given(command.by(), command.target(), both.target(), command.role(), clock.getAsLong());
        RoomTerms terms = new RoomTerms(both.conditions(), command.notAfter());
        Future<RoomChange> step = ConsentPolicy.isTrusted(command.by()) && !both.same()
                ? directory.putMemberFromReserve(command.room(), command.target(), given, true, terms)
                : directory.putMember(command.room(), command.target(), given, !both.same(), terms);
        return step.compose(change -> change == RoomChange.DONE && !hasRole(both.target(), command.role())
                ? told(command.room(), command.target(), command.role(), command.by())
                        .map(change)
                : Future.succeededFuture(change));
    }

    private Future<RoomOutcome> invite(
            RoomCommand.PutMember command, BothUsers both, RoomDecision granted, Supplier<Future<Boolean>> shared) {
        Invitations.Wanted wanted = new Invitations.Wanted(
                command.by(),
                command.room(),
                command.target(),
                command.role(),
                ConsentPolicy.right(command.by(), granted, both.own().membership()),
                command.notAfter());
        return consent.invitations()
                .invite(
                        wanted,
                        () -> ConsentPolicy.isTrusted(command.by())
                                ? Future.succeededFuture(false)
                                : shared.get()
                                        .compose(acquainted -> acquainted
                                                ? Future.succeededFuture(false)
                                                : consent.hasWritten()
                                                        .apply(
                                                                command.target(),
                                                                command.by().userId())
                                                        .map(written -> !written)));
    }

    /** Leaves out the grants of the token: a grant is no act of the user. */
    private Future<Boolean> shareRoom(RoomCommand.PutMember command) {
        Sender by = command.by();
        return consent.direct()
                .shareRoom(
                        new Sender(by.userId(), by.username(), by.role(), List.of(), by.sessionId()), command.target());
    }

    private Future<Void> told(RoomId room, UserId user, RoomRole role, Sender by) {
        return news.changed(room, user, role, Optional.of(by.userId()));
    }

    /**
     * Answers the sender as if it were done where the user blocks them. They are not told of the block, as with a direct message
     * (CWE-204).
     */
    private Future<RoomChange> unlessBlocked(
            RoomCommand.PutMember command, BothUsers both, Supplier<Future<RoomChange>> step) {
        return RoomPolicy.needsNoBlock(command.by(), command.target(), both.target())
                ? consent.isBlocked()
                        .apply(command.target(), command.by().userId())
                        .compose(blocked -> blocked ? Future.succeededFuture(RoomChange.DONE) : step.get())
                : step.get();
    }

    /**
     * Decides on the membership. A user who may give this membership may give it again, whatever the ranks are by now: a call may
     * be repeated.
     */
    private Future<RoomDecision> membershipDecision(RoomCommand.PutMember command, BothUsers both) {
        Optional<RoomRole> present = both.target().map(Membership::role);
        Optional<RoomRole> wanted = Optional.of(command.role());
        return RoomPolicy.actionFor(command.by(), command.target(), present, wanted)
                .map(action -> decider.decide(command.by(), action, command.room(), both.own())
                        .map(granted -> hasRole(both.target(), command.role())
                                ? granted
                                : policy.decideMembership(granted, present, wanted)))
                .orElseGet(() -> Future.succeededFuture(
                        RoomPolicy.ownMembership(both.target().orElseThrow())));
    }

    static boolean hasRole(Optional<Membership> present, RoomRole role) {
        return present.map(Membership::role).equals(Optional.of(role));
    }

    /** Accepts the invitation. The step is done only if the inviter still has the right that permitted it. */
    Future<RoomOutcome> accept(RoomCommand.Accept command) {
        RoomDecision decision = policy.decideAnywhere(command.by(), RoomAction.ACCEPT_INVITATION);
        if (!decision.isGranted()) {
            return refused(RoomRefusal.of(decision.rule()));
        }
        UserId user = command.by().userId();
        return consent.invitations()
                .held(user, command.room(), command::covers)
                .compose(held -> held.map(open -> accept(
                                command,
                                ConsentPolicy.accepted(
                                        open.invitation(), open.facts().membership(), clock.getAsLong()),
                                open.conditions()))
                        .orElseGet(() -> confirm(command)));
    }

    /** Confirms the membership of a user whom somebody else added. A user who has confirmed already may repeat it. */
    private Future<RoomOutcome> confirm(RoomCommand.Accept command) {
        return decider.membership(command.room(), command.by().userId())
                .compose(present -> present.filter(member -> command.covers(member.role()))
                        .map(member -> member.isOwnAct()
                                ? Future.succeededFuture(RoomOutcome.DONE)
                                : accept(
                                        command,
                                        member.accepted(member.role()),
                                        List.of(new Condition(command.by().userId(), present))))
                        .orElseGet(() -> refused(RoomRefusal.NOT_FOUND)));
    }

    private Future<RoomOutcome> accept(RoomCommand.Accept command, Membership membership, List<Condition> conditions) {
        UserId user = command.by().userId();
        return directory
                .putMember(command.room(), user, membership, true, new RoomTerms(conditions, command.notAfter()))
                .compose(change -> change == RoomChange.DONE
                        ? consent.invitations()
                                .accepted(user, command.room(), membership.role())
                                .transform(any -> told(command.room(), user, membership.role(), command.by()))
                                .map(change)
                        : Future.succeededFuture(change))
                .map(RoomOutcome::of);
    }

    Future<RoomOutcome> decline(RoomCommand.Decline command) {
        return consent.invitations()
                .decline(command.by(), command.room(), command.notAfter())
                .map(inTime -> inTime ? RoomOutcome.DONE : RoomOutcome.refused(RoomRefusal.UNAVAILABLE));
    }

    private static Future<RoomOutcome> refused(RoomRefusal why) {
        return Future.succeededFuture(RoomOutcome.refused(why));
    }
}
