package dev.portcullis.rooms;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.rooms.authorizer.AuthorizerAnswer;
import dev.portcullis.rooms.authorizer.AuthorizerQuery;
import dev.portcullis.rooms.authorizer.HttpAuthorizer;
import dev.portcullis.rooms.directory.RoomDirectory;
import dev.portcullis.rooms.directory.RoomFacts;
import dev.portcullis.rooms.directory.RoomList;
import dev.portcullis.rooms.directory.RoomListStore;
import dev.portcullis.rooms.directory.RoomListStore.Entry;
import dev.portcullis.rooms.directory.RoomStore;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gathers the facts that a decision about a direct message needs, and lets the policy decide. */
final class DirectDecider {
    private static final int PAGE = 1_000;
    private static final int MOST = 100;

    private final DirectPolicy policy;
    private final RoomStore rooms;
    private final RoomListStore lists;
    private final RoomDirectory directory;
    private final RoomStreams streams;
    private final Live<Optional<HttpAuthorizer>> hook;

    DirectDecider(
            DirectPolicy policy,
            RoomStore rooms,
            RoomListStore lists,
            RoomDirectory directory,
            RoomStreams streams,
            Live<Optional<HttpAuthorizer>> hook) {
        this.policy = policy;
        this.rooms = rooms;
        this.lists = lists;
        this.directory = directory;
        this.streams = streams;
        this.hook = hook;
    }

    /** @param least the role that is needed besides the permission */
    Future<Verdict> decide(Sender from, RoomAction action, Optional<RoomRole> least, UserId to) {
        return policy.judge(from, action, least, to)
                .map(Future::succeededFuture)
                .orElseGet(() -> policy.asksApplication()
                        ? askHook(from, to)
                        : shareRoom(from, to).map(policy::judgeRooms));
    }

    /**
     * Whether the two share a room in which each is by their own act. Only the rooms that the recipient entered last are read:
     * any user can ask again and again, also with a list of rooms that were deleted or are public (CWE-400).
     */
    Future<Boolean> shareRoom(Sender from, UserId to) {
        Future<Map<RoomId, Listed>> own = roomsOf(from.userId());
        return roomsOf(to)
                .compose(recipients -> own.map(mine -> candidates(from, mine, recipients)))
                .compose(candidates -> anyShared(from, to, candidates.iterator()));
    }

    /** An entry of a user's list. */
    private record Listed(RoomList list, Entry entry) {}

    /** @param own the entry of the sender's list; empty for a room that the sender's token grants */
    private record Candidate(RoomId room, Optional<Listed> own, Listed recipients) {}

    private List<Candidate> candidates(Sender from, Map<RoomId, Listed> own, Map<RoomId, Listed> recipients) {
        return policy.candidates(from, own.keySet(), recipients.keySet()).stream()
                .flatMap(room -> Optional.ofNullable(recipients.get(room))
                        .map(listed -> new Candidate(room, Optional.ofNullable(own.get(room)), listed))
                        .stream())
                .sorted(Comparator.comparing(
                        candidate -> candidate.recipients().entry().stamp(), Comparator.reverseOrder()))
                .limit(MOST)
                .toList();
    }

    private Future<Boolean> anyShared(Sender from, UserId to, Iterator<Candidate> candidates) {
        return candidates.hasNext()
                ? isShared(from, to, candidates.next())
                        .compose(shared -> shared ? Future.succeededFuture(true) : anyShared(from, to, candidates))
                : Future.succeededFuture(false);
    }

    private Future<Boolean> isShared(Sender from, UserId to, Candidate candidate) {
        RoomId room = candidate.room();
        return candidate
                .own()
                .map(listed -> facts(listed, from.userId()))
                .orElseGet(() -> rooms.find(room, from.userId()))
                .compose(own -> policy.mayShare(from, room, own)
                        ? facts(candidate.recipients(), to)
                                .compose(recipients -> withBar(room, from.userId(), own)
                                        .compose(mine -> withBar(room, to, recipients)
                                                .map(theirs -> policy.isShared(from, room, mine, theirs))))
                        : Future.succeededFuture(false));
    }

    /** Reads the facts of an entry, and removes an entry that stands for nothing, so that it is read once. */
    private Future<RoomFacts> facts(Listed listed, UserId user) {
        return directory.facts(listed.list(), listed.entry(), user);
    }

    /** Adds the bar to the facts. It takes a room from a user before the membership goes, and overrules a grant of the token. */
    private Future<RoomFacts> withBar(RoomId room, UserId user, RoomFacts facts) {
        return streams.isBarred(room, user).map(facts::withBar);
    }

    private Future<Map<RoomId, Listed>> roomsOf(UserId user) {
        Map<RoomId, Listed> all = new HashMap<>();
        return Future.all(RoomList.byOwnAct(user).stream()
                        .map(list -> read(list, Optional.empty(), all))
                        .toList())
                .map(all);
    }

    /** Reads a whole list, which {@code rooms.limits} bounds. */
    private Future<Void> read(RoomList list, Optional<RoomId> after, Map<RoomId, Listed> into) {
        return lists.page(list, after, PAGE).compose(page -> {
            page.forEach(entry -> into.put(entry.room(), new Listed(list, entry)));
            return page.size() < PAGE ? Future.succeededFuture() : read(list, Optional.of(last(page)), into);
        });
    }

    private static RoomId last(List<Entry> page) {
        return page.get(page.size() - 1).room();
    }

    private Future<Verdict> askHook(Sender from, UserId to) {
        return hook.get()
                .map(application ->
                        application.ask(new AuthorizerQuery(from.userId(), from.role(), new Target.ToUser(to))))
                .orElseGet(() -> Future.succeededFuture(AuthorizerAnswer.UNANSWERED))
                .map(policy::judgeHook);
    }
}
