package dev.portcullis.rooms;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.rooms.authorizer.AuthorizerAnswer;
import dev.portcullis.rooms.authorizer.AuthorizerQuery;
import dev.portcullis.rooms.authorizer.HttpAuthorizer;
import dev.portcullis.rooms.directory.RoomFacts;
import dev.portcullis.rooms.directory.RoomList;
import dev.portcullis.rooms.directory.RoomListStore;
import dev.portcullis.rooms.directory.RoomListStore.Entry;
import dev.portcullis.rooms.directory.RoomStore;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Gathers what a decision about a direct message needs, and lets the policy decide. */
final class DirectDecider {
    private static final int PAGE = 1_000;

    private final DirectPolicy policy;
    private final RoomStore rooms;
    private final RoomListStore lists;
    private final RoomStreams streams;
    private final Optional<HttpAuthorizer> hook;

    DirectDecider(
            DirectPolicy policy,
            RoomStore rooms,
            RoomListStore lists,
            RoomStreams streams,
            Optional<HttpAuthorizer> hook) {
        this.policy = policy;
        this.rooms = rooms;
        this.lists = lists;
        this.streams = streams;
        this.hook = hook;
    }

    /** @param least the role that is needed besides the permission */
    Future<Verdict> decide(Sender from, RoomAction action, Optional<RoomRole> least, UserId to) {
        return policy.judge(from, action, least, to)
                .fold(
                        Future::succeededFuture,
                        () -> shareRoom(from, to).map(policy::judgeRooms),
                        () -> askHook(from, to));
    }

    /** Whether the two share a room in which each is by their own act. */
    Future<Boolean> shareRoom(Sender from, UserId to) {
        Future<Set<RoomId>> own = roomsOf(from.userId());
        return roomsOf(to)
                .compose(recipients -> own.map(mine -> policy.candidates(from, mine, recipients)))
                .compose(candidates -> anyShared(from, to, candidates.iterator()));
    }

    private Future<Boolean> anyShared(Sender from, UserId to, Iterator<RoomId> candidates) {
        if (!candidates.hasNext()) {
            return Future.succeededFuture(false);
        }
        RoomId room = candidates.next();
        Future<RoomFacts> own = facts(room, from.userId());
        return facts(room, to)
                .compose(recipients -> own.map(mine -> policy.isShared(from, room, mine, recipients)))
                .compose(shared -> shared ? Future.succeededFuture(true) : anyShared(from, to, candidates));
    }

    /** With the bar: it takes a room from a user before the membership goes, and holds against a grant of the token. */
    private Future<RoomFacts> facts(RoomId room, UserId user) {
        Future<Boolean> barred = streams.isBarred(room, user);
        return rooms.find(room, user).compose(facts -> barred.map(facts::withBar));
    }

    private Future<Set<RoomId>> roomsOf(UserId user) {
        Set<RoomId> all = new HashSet<>();
        return Future.all(RoomList.byOwnAct(user).stream()
                        .map(list -> read(list, Optional.empty(), all))
                        .toList())
                .map(all);
    }

    /** The lists are bounded by {@code rooms.limits}. */
    private Future<Void> read(RoomList list, Optional<RoomId> after, Set<RoomId> into) {
        return lists.page(list, after, PAGE).compose(page -> {
            page.forEach(entry -> into.add(entry.room()));
            return page.size() < PAGE ? Future.succeededFuture() : read(list, Optional.of(last(page)), into);
        });
    }

    private static RoomId last(List<Entry> page) {
        return page.get(page.size() - 1).room();
    }

    private Future<Verdict> askHook(Sender from, UserId to) {
        return hook.map(application -> application
                        .ask(new AuthorizerQuery(from.userId(), from.role(), new Target.ToUser(to)))
                        .map(DirectDecider::permitted))
                .orElseGet(() -> Future.succeededFuture(Optional.empty()))
                .map(policy::judgeHook);
    }

    private static Optional<Boolean> permitted(AuthorizerAnswer answer) {
        return answer == AuthorizerAnswer.UNANSWERED
                ? Optional.empty()
                : Optional.of(answer == AuthorizerAnswer.ALLOWED);
    }
}
