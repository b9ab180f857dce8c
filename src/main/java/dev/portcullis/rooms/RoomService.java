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
import dev.portcullis.rooms.RoomDecider.BothUsers;
import dev.portcullis.rooms.directory.Room;
import dev.portcullis.rooms.directory.RoomChange;
import dev.portcullis.rooms.directory.RoomDirectory;
import dev.portcullis.rooms.directory.RoomFacts;
import dev.portcullis.rooms.directory.RoomStore.Member;
import dev.portcullis.rooms.directory.RoomTerms;
import dev.portcullis.rooms.directory.RoomTerms.Condition;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Changes rooms for users: gathers the facts, lets the policy decide, and takes one atomic step under the conditions that the
 * decision rests on. If the conditions changed meanwhile, it begins again, a few times.
 */
final class RoomService implements RoomCommand.Cases<Future<RoomOutcome>> {
    private static final int REPEATS = 3;
    private static final RoomOutcome CHANGED = RoomOutcome.of(RoomChange.CHANGED);
    private static final Future<Optional<Role>> NO_ROLE = Future.succeededFuture(Optional.empty());

    private final RoomPolicy policy;
    private final RoomDecider decider;
    private final RoomDirectory directory;
    private final Function<UserId, Future<Optional<Role>>> highestRole;
    private final RoomCreation creation;
    private final MemberService members;
    private final MembershipNews news;
    private final Succession succession;
    private final RoomRetention retention;

    RoomService(
            RoomPolicy policy,
            RoomDecider decider,
            RoomDirectory directory,
            RoomCreation creation,
            MemberService members,
            Function<UserId, Future<Optional<Role>>> highestRole,
            MembershipNews news,
            RoomRetention retention) {
        this.retention = retention;
        this.policy = policy;
        this.decider = decider;
        this.directory = directory;
        this.creation = creation;
        this.members = members;
        this.highestRole = highestRole;
        this.succession = new Succession(directory);
        this.news = news;
    }

    Future<RoomOutcome> change(RoomCommand command) {
        return repeated(() -> command.accept(this), CHANGED::equals, REPEATS);
    }

    @Override
    public Future<RoomOutcome> create(RoomCommand.Create command) {
        return creation.create(command);
    }

    /**
     * Changes name and topic, and permits the change of the retention, which is one step with that of the stream. A change that another
     * caller made meanwhile stays: a step is done only on the record that was read.
     */
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
                                        .map(room -> update(command, facts, room, name))
                                        .orElseGet(() -> refused(RoomRefusal.NOT_FOUND))
                                : refused(RoomRefusal.of(decision.rule()))));
    }

    private Future<RoomOutcome> update(RoomCommand.Update command, RoomFacts facts, Room room, Optional<String> name) {
        Room updated = updated(room, name, command.topic());
        return command.retention()
                .flatMap(own -> retention.refusal(command.room(), own))
                .map(RoomService::refused)
                .orElseGet(() -> update(command, facts, room, updated)
                        .compose(outcome -> outcome.fold(
                                done -> command.retention()
                                        .map(own -> retain(command, facts, updated, updated.keeping(own)))
                                        .orElseGet(() -> Future.succeededFuture(done)),
                                RoomService::refused)));
    }

    private Future<RoomOutcome> retain(RoomCommand.Update command, RoomFacts facts, Room before, Room after) {
        return directory
                .permitUpdate(before, after, conditions(command.by(), facts, List.of()))
                .map(permit -> permit.fold(
                        granted -> RoomOutcome.retaining(RoomView.of(after, facts.membership()), granted),
                        RoomOutcome::of));
    }

    private static Room updated(Room room, Optional<String> name, Optional<String> topic) {
        return room.with(
                name.orElse(room.name()),
                topic.isPresent() ? topic.flatMap(text -> PlainText.seen(text, Room.LONGEST_TOPIC)) : room.topic());
    }

    private Future<RoomOutcome> update(RoomCommand.Update command, RoomFacts facts, Room before, Room after) {
        RoomTerms terms = new RoomTerms(conditions(command.by(), facts, List.of()), command.notAfter());
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
        return members.put(command);
    }

    @Override
    public Future<RoomOutcome> accept(RoomCommand.Accept command) {
        return members.accept(command);
    }

    @Override
    public Future<RoomOutcome> decline(RoomCommand.Decline command) {
        return members.decline(command);
    }

    /** Makes another member the owner. Leaving needs no right, so neither does the step that makes it possible. */
    @Override
    public Future<RoomOutcome> handOver(RoomCommand.HandOver command) {
        UserId owner = command.by().userId();
        return decider.facts(command.by(), command.room())
                .compose(facts -> facts.deletedByUser()
                        ? Future.succeededFuture(RoomOutcome.DONE)
                        : facts.room()
                                .filter(any -> MemberService.hasRole(facts.membership(), RoomRole.OWNER))
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
                .promote(room.id(), successor, new RoomTerms(conditions(command.by(), facts, same), command.notAfter()))
                .compose(change -> change == RoomChange.DONE
                        ? news.changed(
                                        room.id(),
                                        successor.user(),
                                        RoomRole.OWNER,
                                        Optional.of(command.by().userId()))
                                .map(shown(room, facts))
                        : Future.succeededFuture(RoomOutcome.of(change)));
    }

    private Future<RoomOutcome> end(RoomCommand.HandOver command, RoomFacts facts, Room room) {
        RoomTerms terms = new RoomTerms(conditions(command.by(), facts, List.of()), command.notAfter());
        return news.deleted(
                        room,
                        command.by(),
                        () -> directory.deleteLeft(room.id(), command.by().userId(), terms))
                .map(RoomOutcome::of);
    }

    private static RoomOutcome shown(Room room, RoomFacts facts) {
        return RoomOutcome.shown(RoomView.of(room, facts.membership()));
    }

    /**
     * Deletes the room. The deletion is recorded first: from then on each frame is refused. The announcement may have been lost,
     * so the user who deleted the room may delete it again, and an admin too.
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
        RoomTerms terms = new RoomTerms(conditions(command.by(), facts, List.of()), command.notAfter());
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
                                        new RoomTerms(both.conditions(), command.notAfter())))),
                RoomOutcome.refused(RoomRefusal.NOT_FOUND));
    }

    private Future<RoomDecision> decideAgainst(
            Sender by, RoomAction action, RoomId room, UserId target, BothUsers both) {
        return decider.decide(by, action, room, both.own())
                .compose(granted -> (granted.isGranted() ? roleAgainst(by, target) : NO_ROLE)
                        .map(role -> policy.decideAgainst(by, granted, target, both.target(), role)));
    }

    /** The highest role of the target's tokens. It does not matter to the application's server: no user ranks as high. */
    private Future<Optional<Role>> roleAgainst(Sender by, UserId target) {
        return UserId.isReserved(by.userId().value()) ? NO_ROLE : highestRole.apply(target);
    }

    /** Whether the user may be removed, and how an append that says so ends their membership. */
    Future<RemovalVerdict> authorizeRemoval(Sender by, RoomId room, UserId target) {
        RemovalVerdict unknown = RemovalVerdict.of(
                Verdict.refused(UserId.isReserved(target.value()) ? Reason.NOT_FOUND : Reason.NOT_MEMBER));
        return repeated(
                () -> withFacts(
                        by,
                        room,
                        target,
                        both -> decideAgainst(by, RoomAction.REMOVE_USER, room, target, both)
                                .compose(decision -> decision.isGranted()
                                        ? removal(room, target, both)
                                        : Future.succeededFuture(RemovalVerdict.of(decision.verdict()))),
                        unknown),
                RemovalVerdict::isChanged,
                REPEATS);
    }

    private Future<RemovalVerdict> removal(RoomId room, UserId target, BothUsers both) {
        Optional<String> name =
                both.target().map(member -> MembershipNews.name(room, both.own().room()));
        return directory
                .permitRemoval(room, target, both.conditions(), true)
                .map(permit -> new RemovalVerdict(RemovalVerdict.verdictOf(permit), name));
    }

    /**
     * Asks how a user leaves the room, which needs no right. The append answers for a user who is no member; it knows those who
     * left recently.
     */
    Future<RemovalVerdict> authorizeLeave(Sender by, RoomId room) {
        return decider.facts(by, room).compose(facts -> {
            Optional<String> name = facts.membership().map(member -> MembershipNews.name(room, facts.room()));
            return directory
                    .permitRemoval(room, by.userId(), List.of(), false)
                    .map(permit -> new RemovalVerdict(RemovalVerdict.verdictOf(permit), name));
        });
    }

    private <T> Future<T> withFacts(
            Sender by, RoomId room, UserId target, Function<BothUsers, Future<T>> then, T notFound) {
        return decider.both(by, room, target)
                .compose(found -> found.map(then).orElseGet(() -> Future.succeededFuture(notFound)));
    }

    private static List<Condition> conditions(Sender by, RoomFacts own, List<Condition> more) {
        List<Condition> all = new ArrayList<>(more);
        all.add(new Condition(by.userId(), own.membership()));
        return List.copyOf(all);
    }

    private static Future<RoomOutcome> ifGranted(RoomDecision decision, Supplier<Future<RoomChange>> step) {
        return decision.isGranted() ? step.get().map(RoomOutcome::of) : refused(RoomRefusal.of(decision.rule()));
    }

    private static <T> Future<T> repeated(Supplier<Future<T>> attempt, Predicate<T> changed, int left) {
        return attempt.get()
                .compose(outcome -> changed.test(outcome) && left > 0
                        ? repeated(attempt, changed, left - 1)
                        : Future.succeededFuture(outcome));
    }

    private static Future<RoomOutcome> refused(RoomRefusal why) {
        return Future.succeededFuture(RoomOutcome.refused(why));
    }
}
