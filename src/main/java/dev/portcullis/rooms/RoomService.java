package dev.portcullis.rooms;

import dev.portcullis.content.PlainText;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.rooms.RoomAuthorizer.RemovalVerdict;
import dev.portcullis.rooms.directory.Membership;
import dev.portcullis.rooms.directory.Room;
import dev.portcullis.rooms.directory.RoomChange;
import dev.portcullis.rooms.directory.RoomDirectory;
import dev.portcullis.rooms.directory.RoomFacts;
import dev.portcullis.rooms.directory.RoomStore.Condition;
import dev.portcullis.rooms.directory.RoomStore.Member;
import dev.portcullis.rooms.directory.RoomStore.Terms;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Changes rooms for users: gathers the facts, lets the policy decide, and takes one atomic step under the conditions that
 * the decision rests on. Where these are others by then, all of it begins again, a few times.
 */
final class RoomService implements RoomCommand.Cases<Future<RoomOutcome>> {
    private static final int REPEATS = 3;
    private static final RoomOutcome CHANGED = RoomOutcome.of(RoomChange.CHANGED);
    private static final Future<Optional<Role>> NO_ROLE = Future.succeededFuture(Optional.empty());

    private final RoomPolicy policy;
    private final RoomDecider decider;
    private final RoomDirectory directory;
    private final SessionRoles sessions;
    private final BlockLists blocks;
    private final RoomCreation creation;
    private final MembershipNews news;
    private final ConsentPolicy consent;
    private final DirectDecider direct;
    private final Acquaintance acquaintance;
    private final Invitations invitations;
    private final Succession succession;
    private final LongSupplier clock;

    /** What tells who has to be asked before they are a member. */
    record Consent(ConsentPolicy policy, DirectDecider direct, Acquaintance acquaintance, Invitations invitations) {}

    /** @param clock the time in milliseconds */
    RoomService(
            RoomPolicy policy,
            RoomDecider decider,
            RoomDirectory directory,
            RoomCreation creation,
            SessionRoles sessions,
            BlockLists blocks,
            Consent consent,
            MembershipNews news,
            LongSupplier clock) {
        this.policy = policy;
        this.decider = decider;
        this.directory = directory;
        this.creation = creation;
        this.sessions = sessions;
        this.blocks = blocks;
        this.consent = consent.policy();
        this.direct = consent.direct();
        this.acquaintance = consent.acquaintance();
        this.invitations = consent.invitations();
        this.succession = new Succession(directory);
        this.news = news;
        this.clock = clock;
    }

    Future<RoomOutcome> change(RoomCommand command) {
        return repeated(() -> command.accept(this), REPEATS);
    }

    @Override
    public Future<RoomOutcome> create(RoomCommand.Create command) {
        return creation.create(command);
    }

    /** What another caller changed meanwhile stays: the step is done only of the record that was read. */
    @Override
    public Future<RoomOutcome> update(RoomCommand.Update command) {
        Optional<String> name = command.name().map(text -> PlainText.clean(text, Room.LONGEST_NAME));
        if (name.filter(text -> !PlainText.isSeen(text)).isPresent()) {
            return refused(RoomRefusal.BAD_NAME);
        }
        return decider.facts(command.by(), command.room())
                .compose(facts -> decider.decide(command.by(), RoomAction.UPDATE_ROOM, command.room(), facts)
                        .compose(decision -> decision.isGranted()
                                ? facts.room()
                                        .map(room -> update(command, facts, room, updated(room, name, command.topic())))
                                        .orElseGet(() -> refused(RoomRefusal.NOT_FOUND))
                                : refused(RoomRefusal.of(decision.rule()))));
    }

    private static Room updated(Room room, Optional<String> name, Optional<String> topic) {
        Optional<String> cleaned = topic.map(text -> PlainText.clean(text, Room.LONGEST_TOPIC));
        return room.with(
                name.orElse(room.name()), cleaned.isPresent() ? cleaned.filter(PlainText::isSeen) : room.topic());
    }

    private Future<RoomOutcome> update(RoomCommand.Update command, RoomFacts facts, Room before, Room after) {
        Terms terms = new Terms(conditions(command.by(), facts, List.of()), command.notAfter());
        RoomOutcome shown = shown(after, facts);
        return before.equals(after)
                ? Future.succeededFuture(shown)
                : directory.update(before, after, terms).map(change -> {
                    boolean done = change == RoomChange.DONE;
                    if (done && !before.name().equals(after.name())) {
                        news.renamed(after, command.by());
                    }
                    return done ? shown : RoomOutcome.of(change);
                });
    }

    @Override
    public Future<RoomOutcome> putMember(RoomCommand.PutMember command) {
        return withFacts(command.by(), command.room(), command.target(), both -> put(command, both));
    }

    private Future<RoomOutcome> put(RoomCommand.PutMember command, Both both) {
        return membershipDecision(command, both)
                .compose(decision ->
                        decision.isGranted() ? put(command, both, decision) : refused(RoomRefusal.of(decision.rule())));
    }

    private Future<RoomOutcome> put(RoomCommand.PutMember command, Both both, RoomDecision granted) {
        return switch (consent.way(command.by(), command.target(), both.target(), command.role())) {
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
     * A user with no place for further rooms of others can still accept.
     *
     * @param shared whether the two share a room, where that is asked
     */
    private Future<RoomOutcome> add(
            RoomCommand.PutMember command, Both both, RoomDecision granted, Supplier<Future<Boolean>> shared) {
        return unlessBlocked(command, both, () -> step(command, both))
                .compose(change -> change == RoomChange.TOO_MANY_ROOMS
                                && both.target().isEmpty()
                                && !both.same()
                                && !ConsentPolicy.isTrusted(command.by())
                        ? invite(command, both, granted, shared)
                        : Future.succeededFuture(RoomOutcome.of(change)));
    }

    /** Users who change their own role let themselves in nowhere. */
    private Future<RoomChange> step(RoomCommand.PutMember command, Both both) {
        Membership given =
                ConsentPolicy.given(command.by(), command.target(), both.target(), command.role(), clock.getAsLong());
        Terms terms = new Terms(both.conditions(), command.notAfter());
        Future<RoomChange> step = ConsentPolicy.isTrusted(command.by()) && !both.same()
                ? directory.putMemberFromReserve(command.room(), command.target(), given, true, terms)
                : directory.putMember(command.room(), command.target(), given, !both.same(), terms);
        return step.compose(change -> change == RoomChange.DONE && !hasRole(both.target(), command.role())
                ? told(command.room(), command.target(), command.role(), command.by())
                        .map(change)
                : Future.succeededFuture(change));
    }

    private Future<RoomOutcome> invite(
            RoomCommand.PutMember command, Both both, RoomDecision granted, Supplier<Future<Boolean>> shared) {
        Invitations.Wanted wanted = new Invitations.Wanted(
                command.by(),
                command.room(),
                command.target(),
                command.role(),
                ConsentPolicy.right(command.by(), granted, both.own().membership()),
                command.notAfter());
        return invitations.invite(
                wanted,
                () -> ConsentPolicy.isTrusted(command.by())
                        ? Future.succeededFuture(false)
                        : shared.get()
                                .compose(acquainted -> acquainted
                                        ? Future.succeededFuture(false)
                                        : acquaintance
                                                .hasWritten(
                                                        command.target(),
                                                        command.by().userId())
                                                .map(written -> !written)));
    }

    /** A grant of the token is no act of the user: it is left out. */
    private Future<Boolean> shareRoom(RoomCommand.PutMember command) {
        Sender by = command.by();
        return direct.shareRoom(
                new Sender(by.userId(), by.username(), by.role(), List.of(), by.sessionId()), command.target());
    }

    private Future<Void> told(RoomId room, UserId user, RoomRole role, Sender by) {
        return news.changed(room, user, role, Optional.of(by.userId()));
    }

    /** A blocked user is answered as if it were done, and is not told of the block, as with a direct message (CWE-204). */
    private Future<RoomChange> unlessBlocked(
            RoomCommand.PutMember command, Both both, Supplier<Future<RoomChange>> step) {
        return RoomPolicy.needsNoBlock(command.by(), command.target(), both.target())
                ? blocks.isBlocked(command.target(), command.by().userId())
                        .compose(blocked -> blocked ? Future.succeededFuture(RoomChange.DONE) : step.get())
                : step.get();
    }

    /** Who may give this membership may give it again, whatever the ranks are by now: a call may be repeated. */
    private Future<RoomDecision> membershipDecision(RoomCommand.PutMember command, Both both) {
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

    private static boolean hasRole(Optional<Membership> present, RoomRole role) {
        return present.map(Membership::role).equals(Optional.of(role));
    }

    /** The step is done only if the inviter still is what they must be for it. */
    @Override
    public Future<RoomOutcome> accept(RoomCommand.Accept command) {
        RoomDecision decision = policy.decideAnywhere(command.by(), RoomAction.ACCEPT_INVITATION);
        if (!decision.isGranted()) {
            return refused(RoomRefusal.of(decision.rule()));
        }
        UserId user = command.by().userId();
        return invitations
                .held(user, command.room(), command::covers)
                .compose(held -> held.map(open -> accept(
                                command,
                                ConsentPolicy.accepted(
                                        open.invitation(), open.facts().membership(), clock.getAsLong()),
                                open.conditions()))
                        .orElseGet(() -> confirm(command)));
    }

    /** A user whom somebody else added says that they want to be there. Who said so already may repeat it. */
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
                .putMember(command.room(), user, membership, true, new Terms(conditions, command.notAfter()))
                .compose(change -> change == RoomChange.DONE
                        ? invitations
                                .accepted(user, command.room(), membership.role())
                                .transform(any -> told(command.room(), user, membership.role(), command.by()))
                                .map(change)
                        : Future.succeededFuture(change))
                .map(RoomOutcome::of);
    }

    @Override
    public Future<RoomOutcome> decline(RoomCommand.Decline command) {
        return invitations
                .decline(command.by(), command.room(), command.notAfter())
                .map(inTime -> inTime ? RoomOutcome.DONE : RoomOutcome.refused(RoomRefusal.UNAVAILABLE));
    }

    /** Leaving needs no right, so neither does what makes it possible. */
    @Override
    public Future<RoomOutcome> handOver(RoomCommand.HandOver command) {
        UserId owner = command.by().userId();
        return decider.facts(command.by(), command.room())
                .compose(facts -> facts.deletedByUser()
                        ? Future.succeededFuture(RoomOutcome.DONE)
                        : facts.room()
                                .filter(any -> hasRole(facts.membership(), RoomRole.OWNER))
                                .map(room -> succession
                                        .successor(room.id(), owner)
                                        .compose(found -> found.map(
                                                        successor -> promote(command, facts, room, successor))
                                                .orElseGet(() -> end(command, facts, room))))
                                .orElseGet(() -> refused(RoomRefusal.NOT_FOUND)));
    }

    private Future<RoomOutcome> promote(RoomCommand.HandOver command, RoomFacts facts, Room room, Member successor) {
        List<Condition> same = List.of(new Condition(successor.user(), Optional.of(successor.membership())));
        return directory
                .promote(room.id(), successor, new Terms(conditions(command.by(), facts, same), command.notAfter()))
                .compose(change -> change == RoomChange.DONE
                        ? told(room.id(), successor.user(), RoomRole.OWNER, command.by())
                                .map(shown(room, facts))
                        : Future.succeededFuture(RoomOutcome.of(change)));
    }

    private Future<RoomOutcome> end(RoomCommand.HandOver command, RoomFacts facts, Room room) {
        Terms terms = new Terms(conditions(command.by(), facts, List.of()), command.notAfter());
        return news.deleted(
                        room,
                        command.by(),
                        () -> directory.deleteLeft(room.id(), command.by().userId(), terms))
                .map(RoomOutcome::of);
    }

    private static RoomOutcome shown(Room room, RoomFacts facts) {
        return new RoomOutcome.Done(Optional.of(RoomView.of(room, facts.membership())), List.of(), false);
    }

    /**
     * The deletion is recorded first: from then on each frame is refused. What announces it may have been lost, so who
     * deleted the room may delete it again, and an admin too.
     */
    @Override
    public Future<RoomOutcome> delete(RoomCommand.Delete command) {
        return decider.facts(command.by(), command.room())
                .compose(facts -> facts.deletedByUser()
                        ? Future.succeededFuture(RoomOutcome.DONE)
                        : decider.decide(command.by(), RoomAction.DELETE_ROOM, command.room(), facts)
                                .compose(decision -> ifGranted(decision, () -> delete(command, facts))));
    }

    private Future<RoomChange> delete(RoomCommand.Delete command, RoomFacts facts) {
        Terms terms = new Terms(conditions(command.by(), facts, List.of()), command.notAfter());
        Supplier<Future<RoomChange>> step =
                () -> directory.delete(command.room(), command.by().userId(), terms);
        return facts.deleted()
                ? Future.succeededFuture(RoomChange.DONE)
                : facts.room()
                        .map(room -> news.deleted(room, command.by(), step))
                        .orElseGet(step);
    }

    @Override
    public Future<RoomOutcome> mute(RoomCommand.Mute command) {
        return withFacts(
                command.by(),
                command.room(),
                command.target(),
                both -> decideAgainst(command.by(), RoomAction.MUTE_USER, command.room(), command.target(), both)
                        .compose(decision -> ifGranted(
                                decision,
                                () -> directory.mute(
                                        command.room(),
                                        command.target(),
                                        command.forMs(),
                                        new Terms(both.conditions(), command.notAfter())))));
    }

    private Future<RoomDecision> decideAgainst(Sender by, RoomAction action, RoomId room, UserId target, Both both) {
        return decider.decide(by, action, room, both.own())
                .compose(granted -> (granted.isGranted() ? roleAgainst(by, target) : NO_ROLE)
                        .map(role -> policy.decideAgainst(by, granted, target, both.target(), role)));
    }

    /** No user ranks as high as the application's server. */
    private Future<Optional<Role>> roleAgainst(Sender by, UserId target) {
        return UserId.isReserved(by.userId().value()) ? NO_ROLE : sessions.highest(target);
    }

    /** Whether the user may be removed, and how an append that says so ends their membership. */
    Future<RemovalVerdict> authorizeRemoval(Sender by, RoomId room, UserId target) {
        RemovalVerdict unknown = RemovalVerdict.of(
                Verdict.refused(UserId.isReserved(target.value()) ? Reason.NOT_FOUND : Reason.NOT_MEMBER));
        return permitted(
                () -> withFacts(
                        by,
                        room,
                        target,
                        both -> decideAgainst(by, RoomAction.REMOVE_USER, room, target, both)
                                .compose(decision -> decision.isGranted()
                                        ? removal(room, target, both)
                                        : Future.succeededFuture(RemovalVerdict.of(decision.verdict()))),
                        unknown),
                REPEATS);
    }

    private Future<RemovalVerdict> removal(RoomId room, UserId target, Both both) {
        Optional<String> name =
                both.target().map(member -> MembershipNews.name(room, both.own().room()));
        return directory
                .permitRemoval(room, target, both.conditions(), true)
                .map(permit -> new RemovalVerdict(RemovalVerdict.verdictOf(permit), name));
    }

    /** A user may leave any room. One who is no member is known to the append, if they left lately. */
    Future<RemovalVerdict> authorizeLeave(Sender by, RoomId room) {
        return decider.facts(by, room).compose(facts -> {
            Optional<String> name = facts.membership().map(member -> MembershipNews.name(room, facts.room()));
            return directory
                    .permitRemoval(room, by.userId(), List.of(), false)
                    .map(permit -> new RemovalVerdict(RemovalVerdict.verdictOf(permit), name));
        });
    }

    private static Future<RemovalVerdict> permitted(Supplier<Future<RemovalVerdict>> attempt, int left) {
        return attempt.get()
                .compose(verdict -> verdict.isChanged() && left > 0
                        ? permitted(attempt, left - 1)
                        : Future.succeededFuture(verdict));
    }

    /** What is known of the user who asks, and of the one whom the change is about. */
    private record Both(RoomFacts own, Optional<Membership> target, boolean same, List<Condition> conditions) {}

    /** No user has a reserved id; as that of an entry it could mean something else, such as all users (CWE-20). */
    private Future<RoomOutcome> withFacts(
            Sender by, RoomId room, UserId target, Function<Both, Future<RoomOutcome>> then) {
        return withFacts(by, room, target, then, RoomOutcome.refused(RoomRefusal.NOT_FOUND));
    }

    private <T> Future<T> withFacts(Sender by, RoomId room, UserId target, Function<Both, Future<T>> then, T notFound) {
        if (UserId.isReserved(target.value())) {
            return Future.succeededFuture(notFound);
        }
        boolean same = target.equals(by.userId());
        return decider.facts(by, room).compose(own -> {
            if (own.deleted()) {
                return Future.succeededFuture(notFound);
            }
            Future<Optional<Membership>> other =
                    same ? Future.succeededFuture(own.membership()) : decider.membership(room, target);
            return other.compose(membership -> then.apply(new Both(
                    own,
                    membership,
                    same,
                    conditions(by, own, same ? List.of() : List.of(new Condition(target, membership))))));
        });
    }

    private static List<Condition> conditions(Sender by, RoomFacts own, List<Condition> more) {
        List<Condition> all = new ArrayList<>(more);
        all.add(new Condition(by.userId(), own.membership()));
        return List.copyOf(all);
    }

    private static Future<RoomOutcome> ifGranted(RoomDecision decision, Supplier<Future<RoomChange>> step) {
        return decision.isGranted() ? step.get().map(RoomOutcome::of) : refused(RoomRefusal.of(decision.rule()));
    }

    private static Future<RoomOutcome> repeated(Supplier<Future<RoomOutcome>> attempt, int left) {
        return attempt.get()
                .compose(outcome -> outcome.equals(CHANGED) && left > 0
                        ? repeated(attempt, left - 1)
                        : Future.succeededFuture(outcome));
    }

    private static Future<RoomOutcome> refused(RoomRefusal why) {
        return Future.succeededFuture(RoomOutcome.refused(why));
    }
}
