package dev.portcullis.rooms;

import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.resilience.ChunkedCalls;
import dev.portcullis.rooms.RoomAuthorizer.HistoryRights;
import dev.portcullis.rooms.RoomAuthorizer.ReadableQuery;
import dev.portcullis.rooms.directory.RoomList;
import dev.portcullis.rooms.directory.RoomListStore;
import io.vertx.core.Future;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the rooms whose history a user may read now. A list only names rooms that are asked about: each is decided like a read of
 * its history.
 */
final class ReadableRooms {
    /** The most rooms of one answer: each is a few reads of the store, and any user may ask again and again (CWE-770). */
    static final int MOST = 200;

    private final RoomDecider decider;
    private final RoomListStore lists;

    ReadableRooms(RoomDecider decider, RoomListStore lists) {
        this.decider = decider;
        this.lists = lists;
    }

    Future<HistoryRights> of(ReadableQuery query) {
        Set<RoomId> named = new LinkedHashSet<>(query.named());
        UserId user = query.from().userId();
        Future<Set<RoomId>> all =
                query.own() ? gathered(named, RoomList.ofMember(user).iterator()) : Future.succeededFuture(named);
        return all.compose(rooms -> decided(query.from(), rooms));
    }

    /** Adds the rooms of the lists, up to one more than an answer may have: then it is known that there are more. */
    private Future<Set<RoomId>> gathered(Set<RoomId> rooms, Iterator<RoomList> next) {
        return next.hasNext() && rooms.size() <= MOST
                ? lists.page(next.next(), Optional.empty(), MOST + 1).compose(entries -> {
                    entries.forEach(entry -> rooms.add(entry.room()));
                    return gathered(rooms, next);
                })
                : Future.succeededFuture(rooms);
    }

    private Future<HistoryRights> decided(Sender from, Set<RoomId> rooms) {
        List<RoomId> some = rooms.stream().limit(MOST).toList();
        return ChunkedCalls.run(some, room -> decider.decideWithBar(from, RoomAction.HISTORY, room))
                .map(decisions -> {
                    Set<RoomId> readable = new LinkedHashSet<>();
                    boolean partial = rooms.size() > MOST;
                    for (int i = 0; i < decisions.size(); i++) {
                        Verdict verdict = decisions.get(i).verdict();
                        if (decisions.get(i).isGranted()) {
                            readable.add(some.get(i));
                        }
                        partial |= verdict.equals(Verdict.refused(Reason.UNAVAILABLE));
                    }
                    return new HistoryRights(readable, partial);
                });
    }
}
