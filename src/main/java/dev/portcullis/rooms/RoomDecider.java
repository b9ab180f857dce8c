package dev.portcullis.rooms;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.rooms.RoomAuthorizer.DeletionVerdict;
import dev.portcullis.rooms.authorizer.AuthorizerQuery;
import dev.portcullis.rooms.authorizer.HttpAuthorizer;
import dev.portcullis.rooms.directory.Membership;
import dev.portcullis.rooms.directory.RoomFacts;
import dev.portcullis.rooms.directory.RoomStore;
import dev.portcullis.rooms.directory.RoomTerms.Condition;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Gathers the facts that a decision needs, and lets the policy decide. Every decision about a room, also one that is only to be
 * explained, comes from here.
 */
public final class RoomDecider {
    private final RoomPolicy policy;
    private final RoomStore rooms;
    private final RoomStreams streams;
    private final Live<Optional<HttpAuthorizer>> authorizer;
    private final RecentFacts recent = new RecentFacts(RecentFacts.MAX);

    RoomDecider(RoomPolicy policy, RoomStore rooms, RoomStreams streams, Live<Optional<HttpAuthorizer>> authorizer) {
        this.policy = policy;
        this.rooms = rooms;
        this.streams = streams;
        this.authorizer = authorizer;
    }

    /** Decides without the bar: the step that is decided on, an append or a read, checks the bar itself, at the same moment. */
    Future<Verdict> authorize(Sender from, RoomAction action, RoomId room) {
        return authorize(from, action, Optional.empty(), room);
    }

    /** @param least the role that is needed besides the permission */
    Future<Verdict> authorize(Sender from, RoomAction action, Optional<RoomRole> least, RoomId room) {
        return policy.decideWithoutStore(from, action, room)
                .map(decision -> Future.succeededFuture(decision.atLeast(least).verdict()))
                .orElseGet(() -> rooms.find(room, from.userId())
                        .onSuccess(facts -> {
                            if (action.isAppending()) {
                                recent.keep(room, from.userId(), facts);
                            }
                        })
                        .compose(facts -> authorize(from, action, least, room, facts)));
    }

    /**
     * Authorizes an append, by facts that were read before if these permit it: the append compares their rows. A refusal, and a
     * permit that names no rows, rest on facts of now.
     */
    Future<Verdict> authorizeAppend(Sender from, RoomAction action, Optional<RoomRole> least, RoomId room) {
        Optional<RoomFacts> known = recent.find(room, from.userId())
                .filter(facts -> !RoomPolicy.permit(from, action, facts).equals(Permit.UNCONDITIONAL));
        return known.isEmpty()
                ? authorize(from, action, least, room)
                : authorize(from, action, least, room, known.get())
                        .compose(verdict -> verdict.fold(
                                () -> Future.succeededFuture(verdict), why -> authorize(from, action, least, room)));
    }

    /** Decides what needs no answer of the application's authorizer, and refuses the rest as {@code unavailable}. */
    Future<Verdict> authorizeByRows(Sender from, RoomAction action, RoomId room) {
        return policy.decideWithoutStore(from, action, room)
                .map(decision -> Future.succeededFuture(decision.verdict()))
                .orElseGet(() -> rooms.find(room, from.userId())
                        .compose(facts -> asks(from, room, facts)
                                ? Future.succeededFuture(Verdict.refused(Rejection.unavailable()))
                                : authorize(from, action, Optional.empty(), room, facts)));
    }

    private boolean asks(Sender from, RoomId room, RoomFacts facts) {
        return authorizer.get().isPresent() && policy.needsAuthorizer(from, room, facts);
    }

    private Future<Verdict> authorize(
            Sender from, RoomAction action, Optional<RoomRole> least, RoomId room, RoomFacts facts) {
        return decide(from, action, room, facts).map(decision -> verdict(from, action, facts, decision.atLeast(least)));
    }

    /** The verdict, with the rows that a permitted append rests on. */
    private static Verdict verdict(Sender from, RoomAction action, RoomFacts facts, RoomDecision decision) {
        return decision.isGranted() ? Verdict.granted(RoomPolicy.permit(from, action, facts)) : decision.verdict();
    }

    /** Decides with the bar, for steps that do not check it themselves. */
    Future<RoomDecision> decideWithBar(Sender from, RoomAction action, RoomId room) {
        return policy.decideWithoutRoom(from, action)
                .map(Future::succeededFuture)
                .orElseGet(() -> facts(from, room).compose(facts -> decide(from, action, room, facts)));
    }

    /** The facts about the sender in the room, with the bar. */
    Future<RoomFacts> facts(Sender from, RoomId room) {
        return facts(from.userId(), room);
    }

    Future<RoomFacts> facts(UserId user, RoomId room) {
        Future<Boolean> barred = streams.isBarred(room, user);
        return rooms.find(room, user).compose(facts -> barred.map(facts::withBar));
    }

    /**
     * The facts about both users; empty in a room that was deleted, and for a reserved id. No user has a reserved id, and in a
     * stream's entry it could mean something else, such as all users (CWE-20).
     */
    Future<Optional<BothUsers>> both(Sender by, RoomId room, UserId target) {
        if (UserId.isReserved(target.value())) {
            return Future.succeededFuture(Optional.empty());
        }
        boolean same = target.equals(by.userId());
        return facts(by, room).compose(own -> {
            if (own.deleted()) {
                return Future.succeededFuture(Optional.empty());
            }
            Condition asker = new Condition(by.userId(), own.membership());
            return same
                    ? Future.succeededFuture(Optional.of(new BothUsers(own, own.membership(), true, List.of(asker))))
                    : membership(room, target)
                            .map(other -> Optional.of(
                                    new BothUsers(own, other, false, List.of(new Condition(target, other), asker))));
        });
    }

    Future<Optional<Membership>> membership(RoomId room, UserId user) {
        return rooms.find(room, user).map(RoomFacts::membership);
    }

    /** Whether the sender may delete every message of the room, or only their own. */
    Future<DeletionVerdict> decideDeletion(Sender from, RoomId room) {
        return authorize(from, RoomAction.DELETE_OTHERS, room)
                .compose(others -> others.fold(
                        () -> Future.succeededFuture(new DeletionVerdict(others, true, Optional.empty())),
                        why -> authorize(from, RoomAction.DELETE_MESSAGE, room)
                                .map(own -> new DeletionVerdict(own, false, Optional.of(why)))));
    }

    /** Whether the sender may do an action that concerns no room. */
    Verdict decideAnywhere(Sender from, RoomAction action) {
        return policy.decideAnywhere(from, action).verdict();
    }

    /** The decision on these facts. */
    Future<RoomDecision> decide(Sender from, RoomAction action, RoomId room, RoomFacts facts) {
        Optional<HttpAuthorizer> asked = authorizer.get().filter(any -> policy.needsAuthorizer(from, room, facts));
        return asked.isEmpty()
                ? Future.succeededFuture(policy.decide(from, action, room, facts, Optional.empty()))
                : asked.get()
                        .ask(new AuthorizerQuery(from.userId(), from.role(), room))
                        .map(answer -> policy.decide(from, action, room, facts, Optional.of(answer)));
    }

    /**
     * The facts about the user who asks, and about the user whom a change is about.
     *
     * @param conditions both memberships, which must be unchanged when the change is made
     */
    record BothUsers(RoomFacts own, Optional<Membership> target, boolean same, List<Condition> conditions) {}
}
