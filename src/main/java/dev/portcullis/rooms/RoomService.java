package dev.portcullis.rooms;

import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.rooms.RoomDecision.Rule;
import dev.portcullis.rooms.directory.Membership;
import dev.portcullis.rooms.directory.RoomChange;
import dev.portcullis.rooms.directory.RoomDirectory;
import dev.portcullis.rooms.directory.RoomFacts;
import dev.portcullis.rooms.directory.RoomRole;
import dev.portcullis.rooms.directory.RoomStore.Condition;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
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
    private final RoomStreams streams;
    private final SessionRoles sessions;
    private final RoomCreation creation;

    RoomService(
            RoomPolicy policy,
            RoomDecider decider,
            RoomDirectory directory,
            RoomStreams streams,
            SessionRoles sessions,
            Set<RoomId> open) {
        this.policy = policy;
        this.decider = decider;
        this.directory = directory;
        this.streams = streams;
        this.sessions = sessions;
        this.creation = new RoomCreation(policy, directory, streams, open);
    }

    Future<RoomOutcome> change(RoomCommand command) {
        return repeated(() -> command.accept(this), REPEATS);
    }

    @Override
    public Future<RoomOutcome> create(RoomCommand.Create command) {
        return creation.create(command);
    }

    @Override
    public Future<RoomOutcome> putMember(RoomCommand.PutMember command) {
        return withFacts(command.by(), command.room(), command.target(), both -> put(command, both));
    }

    private Future<RoomOutcome> put(RoomCommand.PutMember command, Both both) {
        Membership wanted = new Membership(command.role());
        return membershipDecision(command, both, wanted)
                .compose(decision -> ifGranted(
                        decision,
                        () -> directory.putMember(command.room(), command.target(), wanted, both.conditions())))
                .compose(outcome -> outcome.equals(RoomOutcome.DONE) && !both.same()
                        ? streams.unbar(command.room(), command.target()).map(outcome)
                        : Future.succeededFuture(outcome));
    }

    /** Who may give this membership may give it again, whatever the ranks are by now: a call may be repeated. */
    private Future<RoomDecision> membershipDecision(RoomCommand.PutMember command, Both both, Membership wanted) {
        Optional<Membership> present = both.target();
        return RoomPolicy.actionFor(command.by(), command.target(), present, Optional.of(wanted))
                .map(action -> decider.decide(command.by(), action, command.room(), both.own())
                        .map(granted -> present.equals(Optional.of(wanted))
                                ? granted
                                : policy.decideMembership(granted, present, Optional.of(wanted))))
                .orElseGet(() -> Future.succeededFuture(RoomPolicy.ownMembership(present.orElseThrow())));
    }

    @Override
    public Future<RoomOutcome> leave(RoomCommand.Leave command) {
        return decider.facts(command.by(), command.room())
                .compose(facts -> facts.membership().isEmpty()
                        ? refused(RoomRefusal.NOT_FOUND)
                        : directory
                                .removeMember(
                                        command.room(),
                                        command.by().userId(),
                                        conditions(command.by(), facts, List.of()))
                                .map(RoomOutcome::of));
    }

    @Override
    public Future<RoomOutcome> release(RoomCommand.Release command) {
        return withFacts(
                command.by(),
                command.room(),
                command.target(),
                both -> decideAgainst(command.by(), RoomAction.REMOVE_USER, command.room(), command.target(), both)
                        .compose(decision -> ifGranted(
                                decision,
                                () -> both.isOfOwner()
                                        ? directory.removeMember(command.room(), command.target(), both.conditions())
                                        : Future.succeededFuture(RoomChange.DONE))));
    }

    /** An admin may delete a room again: what tells its members may have been lost. */
    @Override
    public Future<RoomOutcome> delete(RoomCommand.Delete command) {
        return decider.facts(command.by(), command.room())
                .compose(facts -> decider.decide(command.by(), RoomAction.DELETE_ROOM, command.room(), facts)
                        .compose(decision -> ifGranted(
                                decision,
                                () -> facts.deleted()
                                        ? Future.succeededFuture(RoomChange.DONE)
                                        : directory.delete(
                                                command.room(),
                                                command.by().userId(),
                                                conditions(command.by(), facts, List.of())))));
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
                                        command.room(), command.target(), command.forMs(), both.conditions()))));
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

    /** Whether a frame may remove the user. Of an owner the membership ends here, as for a {@link RoomCommand.Release}. */
    Future<Verdict> authorizeRemoval(Sender by, RoomId room, UserId target) {
        return UserId.isReserved(target.value())
                ? Future.succeededFuture(Verdict.refused(Reason.NOT_FOUND))
                : change(new RoomCommand.Release(by, room, target))
                        .map(outcome -> outcome.fold(done -> Verdict.GRANTED, RoomService::verdict));
    }

    private static Verdict verdict(RoomRefusal why) {
        return switch (why) {
            case NOT_FOUND -> Verdict.refused(Reason.NOT_MEMBER);
            case FORBIDDEN -> Verdict.refused(Reason.FORBIDDEN);
            case LAST_OWNER, CHANGED ->
                Verdict.refused(new Rejection.Failed(Reason.CONFLICT, List.of(new Violation("/userId", why.id()))));
            default -> Verdict.refused(Reason.UNAVAILABLE);
        };
    }

    /** What is known of the user who asks, and of the one whom the change is about. */
    private record Both(RoomFacts own, Optional<Membership> target, boolean same, List<Condition> conditions) {
        /** Whether the room could lose its last owner with the membership. */
        boolean isOfOwner() {
            return target.filter(membership -> membership.role() == RoomRole.OWNER)
                    .isPresent();
        }
    }

    /** No user has a reserved id; as that of an entry it could mean something else, such as all users (CWE-20). */
    private Future<RoomOutcome> withFacts(
            Sender by, RoomId room, UserId target, Function<Both, Future<RoomOutcome>> then) {
        if (UserId.isReserved(target.value())) {
            return refused(RoomRefusal.NOT_FOUND);
        }
        boolean same = target.equals(by.userId());
        return decider.facts(by, room).compose(own -> {
            if (own.deleted()) {
                return refused(RoomRefusal.NOT_FOUND);
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
        return decision.isGranted() ? step.get().map(RoomOutcome::of) : refused(refusal(decision.rule()));
    }

    private static RoomRefusal refusal(Rule rule) {
        return switch (rule) {
            case BARRED, NO_ACCESS -> RoomRefusal.NOT_FOUND;
            case NO_ANSWER -> RoomRefusal.UNAVAILABLE;
            default -> RoomRefusal.FORBIDDEN;
        };
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
