package dev.portcullis.rooms;

import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.ChunkedCalls;
import dev.portcullis.rooms.RoomAdministration.InvitationView;
import dev.portcullis.rooms.directory.ConsentLimits;
import dev.portcullis.rooms.directory.Membership;
import dev.portcullis.rooms.directory.RoomFacts;
import dev.portcullis.rooms.directory.RoomTerms.Condition;
import dev.portcullis.rooms.invitation.Invitation;
import dev.portcullis.rooms.invitation.Invitation.Right;
import dev.portcullis.rooms.invitation.InvitationBook;
import dev.portcullis.rooms.invitation.InvitationStore;
import dev.portcullis.rooms.invitation.InvitationStore.Change;
import dev.portcullis.rooms.invitation.SentInvitation;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Keeps invitations, and tells which of them still hold. The end of an invitation is not written into it: the room, the inviter's
 * right and the blocks are read when the user looks at it or accepts. So it does not matter who ended it, and in which lane.
 */
final class Invitations {
    /** A bound on the difference between the clocks of two nodes. */
    private static final long CLOCKS_MS = 60_000;

    /** The time for which a declined invitation, a notice to the user and a stranger's first invitation count. */
    private static final long LATELY_MS = 86_400_000;

    private static final RoomOutcome LATE = RoomOutcome.refused(RoomRefusal.UNAVAILABLE);
    private static final RoomOutcome TOO_MANY = RoomOutcome.refused(RoomRefusal.TOO_MANY_INVITATIONS);

    private final RoomPolicy policy;
    private final RoomDecider decider;
    private final InvitationStore store;
    private final BiFunction<UserId, UserId, Future<Boolean>> isBlocked;
    private final MembershipNews news;
    private final ConsentLimits limits;
    private final LongSupplier clock;

    Invitations(
            RoomPolicy policy,
            RoomDecider decider,
            InvitationStore store,
            BiFunction<UserId, UserId, Future<Boolean>> isBlocked,
            MembershipNews news,
            ConsentLimits limits,
            LongSupplier clock) {
        this.policy = policy;
        this.decider = decider;
        this.store = store;
        this.isBlocked = isBlocked;
        this.news = news;
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * An invitation that an inviter asks for.
     *
     * @param notAfter the latest time of the invitation: after it, the inviter has heard that it may not be done
     */
    record Wanted(Sender by, RoomId room, UserId user, RoomRole role, Right right, long notAfter) {}

    /**
     * An invitation that still holds.
     *
     * @param facts the facts about the invited user in the room
     * @param conditions the conditions that must hold when it is accepted
     */
    record Held(Invitation invitation, RoomFacts facts, List<Condition> conditions) {}

    /** @param held the invitation if it still holds; empty if it has ended */
    private record Checked(Invitation invitation, Optional<Held> held) {}

    /**
     * Invites a user. The invitation takes a place of the inviter whether it arrives or not: places that stay free would tell of
     * a block. Admins and the application's server need no place.
     *
     * @param stranger whether the user does not know the inviter
     */
    Future<RoomOutcome> invite(Wanted wanted, Supplier<Future<Boolean>> stranger) {
        return decider.facts(wanted.user(), wanted.room())
                .compose(facts -> place(wanted, facts.barred())
                        .compose(placed -> placed
                                ? isBlocked(wanted)
                                        .compose(blocked -> blocked
                                                ? Future.succeededFuture(true)
                                                : deliver(wanted, stranger, facts))
                                        .map(inTime -> inTime ? RoomOutcome.INVITED : LATE)
                                : Future.succeededFuture(TOO_MANY)));
    }

    private Future<Boolean> isBlocked(Wanted wanted) {
        return ConsentPolicy.isTrusted(wanted.by())
                ? Future.succeededFuture(false)
                : isBlocked.apply(wanted.user(), wanted.by().userId());
    }

    private Future<Boolean> place(Wanted wanted, boolean barred) {
        if (ConsentPolicy.isTrusted(wanted.by())) {
            return Future.succeededFuture(true);
        }
        UserId by = wanted.by().userId();
        SentInvitation sent =
                new SentInvitation(wanted.room(), wanted.user(), wanted.role(), clock.getAsLong(), barred);
        return place(by, sent)
                .compose(placed ->
                        placed ? Future.succeededFuture(true) : forgetEnded(by).compose(any -> place(by, sent)));
    }

    private Future<Boolean> place(UserId by, SentInvitation sent) {
        return store.update(by, book -> {
            InvitationBook open = current(book);
            Optional<InvitationBook> next = open.sending(sent, limits.sent(), limits.declined());
            return new Change<>(next.orElse(open), next.isPresent());
        });
    }

    /**
     * Forgets open invitations to rooms that are gone, of users who have the offered role already, and of users whom somebody
     * removed from the room: none of this depends on whether the invitation arrived. Declined invitations stay, since an inviter
     * who deletes the room could otherwise invite again.
     */
    private Future<Void> forgetEnded(UserId by) {
        return store.find(by)
                .compose(book -> ChunkedCalls.run(
                        book.open(),
                        sent -> decider.facts(sent.to(), sent.room())
                                .map(facts -> isEnded(sent.at(), sent.role(), sent.overBar(), facts)
                                        ? List.of(sent)
                                        : List.<SentInvitation>of())))
                .compose(ended -> store.update(by, book -> {
                    InvitationBook next = book;
                    for (SentInvitation sent :
                            ended.stream().flatMap(List::stream).toList()) {
                        next = next.withoutOpen(sent.room(), sent.to());
                    }
                    return new Change<>(next, next);
                }))
                .mapEmpty();
    }

    /** Delivers the invitation; false if it comes too late. */
    private Future<Boolean> deliver(Wanted wanted, Supplier<Future<Boolean>> stranger, RoomFacts facts) {
        return stranger.get().compose(unknown -> deliver(wanted, unknown, facts));
    }

    private Future<Boolean> deliver(Wanted wanted, boolean stranger, RoomFacts facts) {
        Invitation invitation = new Invitation(
                wanted.room(),
                wanted.by().userId(),
                wanted.role(),
                clock.getAsLong(),
                wanted.right(),
                stranger,
                facts.barred());
        return receive(wanted, invitation).map(fresh -> {
            if (fresh.equals(Optional.of(true))) {
                news.invited(invitation, wanted.user(), facts);
            }
            return fresh.isPresent();
        });
    }

    /** Whether the invitation is new to the user; empty if it comes too late. */
    private Future<Optional<Boolean>> receive(Wanted wanted, Invitation invitation) {
        return store.update(wanted.user(), book -> {
            if (isLate(wanted.notAfter())) {
                return new Change<>(book, Optional.empty());
            }
            InvitationBook.Receipt receipt = current(book).receiving(invitation, limits.received(), limits.told());
            return new Change<>(receipt.book(), Optional.of(receipt.fresh()));
        });
    }

    /** Whether the time is over. The step asks itself, and is not written if the row has changed by then. */
    private boolean isLate(long notAfter) {
        return clock.getAsLong() > notAfter;
    }

    /**
     * The invitations of a user that hold, the newest first. Each room is listed once, with its lowest role. Invitations that
     * ended are removed.
     */
    Future<List<InvitationView>> list(UserId user) {
        return store.find(user)
                .compose(book -> ChunkedCalls.run(current(book).received(), invitation -> check(user, invitation)))
                .compose(all -> forget(user, all).map(shown(all)));
    }

    private Future<Void> forget(UserId user, List<Checked> all) {
        List<Invitation> ended = all.stream()
                .filter(each -> each.held().isEmpty())
                .map(Checked::invitation)
                .toList();
        return ended.isEmpty()
                ? Future.succeededFuture()
                : store.update(user, book -> new Change<>(book.withoutReceived(ended), book))
                        .mapEmpty();
    }

    private static List<InvitationView> shown(List<Checked> all) {
        Map<RoomId, Held> best = new HashMap<>();
        for (Checked each : all) {
            each.held()
                    .ifPresent(held -> best.merge(
                            held.invitation().room(),
                            held,
                            BinaryOperator.minBy(Comparator.comparing(
                                    open -> open.invitation().role()))));
        }
        return best.values().stream()
                .sorted(Comparator.comparingLong(
                                (Held held) -> held.invitation().at())
                        .reversed())
                .map(Invitations::view)
                .toList();
    }

    private static InvitationView view(Held held) {
        Invitation invitation = held.invitation();
        return new InvitationView(
                invitation.room(),
                MembershipNews.name(invitation.room(), held.facts().room()),
                invitation.role(),
                Optional.of(invitation.by()).filter(by -> !UserId.isReserved(by.value())),
                invitation.at());
    }

    /**
     * The invitation to this room with the lowest of these roles that holds. A caller without a choice accepts the one that the
     * list shows.
     */
    Future<Optional<Held>> held(UserId user, RoomId room, Predicate<RoomRole> roles) {
        return store.find(user)
                .compose(book -> firstHeld(
                        user,
                        current(book).to(room).stream()
                                .filter(invitation -> roles.test(invitation.role()))
                                .iterator()));
    }

    private Future<Optional<Held>> firstHeld(UserId user, Iterator<Invitation> rest) {
        return rest.hasNext()
                ? check(user, rest.next())
                        .compose(checked -> checked.held().isPresent()
                                ? Future.succeededFuture(checked.held())
                                : firstHeld(user, rest))
                : Future.succeededFuture(Optional.empty());
    }

    private Future<Checked> check(UserId user, Invitation invitation) {
        return decider.facts(user, invitation.room())
                .compose(facts -> isEnded(invitation.at(), invitation.role(), invitation.overBar(), facts)
                        ? Future.succeededFuture(Optional.<Held>empty())
                        : inviter(user, invitation, facts))
                .map(held -> new Checked(invitation, held));
    }

    private Future<Optional<Held>> inviter(UserId user, Invitation invitation, RoomFacts facts) {
        Condition invited = Condition.of(user, facts);
        if (invitation.right() == Right.ADMIN) {
            return Future.succeededFuture(Optional.of(new Held(invitation, facts, List.of(invited))));
        }
        Future<Boolean> blocked = isBlocked.apply(user, invitation.by());
        return decider.facts(invitation.by(), invitation.room())
                .compose(own -> blocked.map(blocks -> {
                    Optional<Membership> present = facts.membership();
                    boolean permitted = invitation.right() == Right.TOKEN
                            || policy.permitsMembership(own.membership(), present, invitation.role());
                    if (blocks || own.barred() || !permitted) {
                        return Optional.empty();
                    }
                    Condition inviter = Condition.of(invitation.by(), own);
                    return Optional.of(new Held(invitation, facts, List.of(invited, inviter)));
                }));
    }

    /**
     * Whether an invitation has ended. A room that was deleted and created again is another room. Its id stays taken for far
     * longer than clocks differ.
     */
    private static boolean isEnded(long at, RoomRole role, boolean overBar, RoomFacts facts) {
        return facts.deleted()
                || (facts.barred() && !overBar)
                || facts.room()
                        .filter(room -> room.createdAt() > at + CLOCKS_MS)
                        .isPresent()
                || facts.membership()
                        .filter(member -> member.role().compareTo(role) >= 0)
                        .isPresent();
    }

    /** Ends all invitations of a user to a room that the user has left, or from which somebody removed them. */
    Future<Void> ended(UserId user, RoomId room, Optional<UserId> by) {
        return by.filter(remover -> !remover.equals(user))
                .map(remover -> takenBack(user, room, remover))
                .orElseGet(() -> answered(user, room));
    }

    /**
     * Ends the invitations of a user whom somebody removed. The place comes back in the remover's own row only, and other
     * inviters find the bar when they need theirs: the user's row would tell which invitations arrived, and so whom they block
     * (CWE-204).
     */
    private Future<Void> takenBack(UserId user, RoomId room, UserId by) {
        return forgetSent(by, room, user)
                .transform(any -> store.update(user, book -> new Change<>(book.withoutReceived(room), book)))
                .mapEmpty();
    }

    private Future<Void> answered(UserId user, RoomId room) {
        return store.<List<Invitation>>update(user, book -> new Change<>(book.withoutReceived(room), book.to(room)))
                .compose(ended -> ChunkedCalls.run(ended, invitation -> forgetSent(invitation.by(), room, user)))
                .mapEmpty();
    }

    /** Ends the invitations to a role that the user has now by accepting. */
    Future<Void> accepted(UserId user, RoomId room, RoomRole role) {
        return store.<List<Invitation>>update(user, book -> {
                    InvitationBook next = book.withoutReceived(room, role);
                    List<Invitation> ended = book.to(room).stream()
                            .filter(each -> !next.received().contains(each))
                            .toList();
                    return new Change<>(next, ended);
                })
                .compose(ended -> ChunkedCalls.run(ended, invitation -> forgetSent(invitation.by(), room, user)))
                .mapEmpty();
    }

    /**
     * Ends the invitations to a room; false if it comes too late. The inviter does not remember the decline of a user who has not
     * proved the mailbox: strangers with accounts on the addresses of others could otherwise use up whom a user may invite
     * (CWE-400).
     */
    Future<Boolean> decline(Sender by, RoomId room, long notAfter) {
        UserId user = by.userId();
        return store.<Optional<List<Invitation>>>update(
                        user,
                        book -> isLate(notAfter)
                                ? new Change<>(book, Optional.empty())
                                : new Change<>(book.withoutReceived(room), Optional.of(book.to(room))))
                .compose(ended -> ChunkedCalls.run(
                                ended.orElse(List.of()),
                                invitation -> by.role() == Role.UNVERIFIED
                                        ? forgetSent(invitation.by(), room, user)
                                        : declined(invitation.by(), room, user))
                        .map(ended.isPresent()));
    }

    /** Ends all invitations of a user who is deleted. */
    Future<Void> end(UserId user) {
        return store.update(user, book -> new Change<>(InvitationBook.EMPTY, book))
                .compose(book -> ChunkedCalls.run(
                                book.received(), received -> forgetSent(received.by(), received.room(), user))
                        .compose(any -> ChunkedCalls.run(
                                book.sent(),
                                sent -> store.update(
                                        sent.to(), other -> new Change<>(other.withoutInviter(user), sent)))))
                .mapEmpty();
    }

    private Future<UserId> declined(UserId by, RoomId room, UserId to) {
        return UserId.isReserved(by.value())
                ? Future.succeededFuture(by)
                : store.update(by, book -> new Change<>(current(book).declined(room, to, clock.getAsLong()), by));
    }

    private Future<UserId> forgetSent(UserId by, RoomId room, UserId to) {
        return UserId.isReserved(by.value())
                ? Future.succeededFuture(by)
                : store.update(by, book -> new Change<>(book.withoutOpen(room, to), by));
    }

    private InvitationBook current(InvitationBook book) {
        long now = clock.getAsLong();
        return book.since(now - limits.invitationMs(), now - LATELY_MS);
    }
}
