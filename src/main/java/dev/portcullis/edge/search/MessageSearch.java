package dev.portcullis.edge.search;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.broadcast.SearchQuery;
import dev.portcullis.broadcast.SearchResult;
import dev.portcullis.broadcast.SearchResult.Matches;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.SearchCriteria;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.rooms.RoomAction;
import dev.portcullis.rooms.RoomAuthorizer;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Searches what a user may read, by the same rule as history: for a frame as for an HTTP call. Only streams that the user may read
 * are searched, so nothing in an answer, not even its end, depends on others. The rooms of which messages were found are decided
 * again after the search, since the user may have left one, or may have been removed, meanwhile (CWE-367).
 */
public final class MessageSearch {
    /** The searches of one call. Each but the first is there because the user lost a room during the one before. */
    private static final int MOST_SEARCHES = 3;

    private final RoomAuthorizer rooms;
    private final Broadcaster broadcaster;

    public MessageSearch(RoomAuthorizer rooms, Broadcaster broadcaster) {
        this.rooms = rooms;
        this.broadcaster = broadcaster;
    }

    /**
     * The user who searches.
     *
     * @param joined the rooms that the session has joined: those in which the user is by their token alone are in no list
     * @param leftMs the time in which the answer is due
     */
    public record Searcher(Sender user, Collection<RoomId> joined, LongSupplier leftMs) {
        private StreamName inbox() {
            return StreamName.inbox(user.userId());
        }
    }

    /** A failed future means that a stage or the store failed. */
    public Future<SearchResult> search(Searcher by, SearchCriteria what) {
        return what.target()
                .map(target -> target.fold(room -> inRoom(by, what, room), user -> withUser(by, what, user)))
                .orElseGet(() -> everywhere(by, what));
    }

    private Future<SearchResult> inRoom(Searcher by, SearchCriteria what, RoomId room) {
        return ifGranted(
                mayRead(by, room),
                () -> ask(by, what, Set.of(StreamName.room(room)), Optional.empty())
                        .compose(result -> hasMatches(result)
                                ? ifGranted(mayRead(by, room), () -> succeededFuture(result))
                                : succeededFuture(result)));
    }

    private Future<Verdict> mayRead(Searcher by, RoomId room) {
        return rooms.authorizeWithBar(by.user(), RoomAction.HISTORY, room);
    }

    /** Searches a conversation in the user's own inbox, and in no other. */
    private Future<SearchResult> withUser(Searcher by, SearchCriteria what, UserId other) {
        return ifGranted(
                rooms.authorizeDirect(by.user(), FrameType.HISTORY, other),
                () -> ask(by, what, Set.of(by.inbox()), Optional.of(other)));
    }

    /** Searches the user's rooms and their inbox, each as far as the user may read it. */
    private Future<SearchResult> everywhere(Searcher by, SearchCriteria what) {
        Future<Verdict> inbox =
                rooms.authorizeDirect(by.user(), FrameType.HISTORY, by.user().userId());
        return rooms.readableWithOwn(by.user(), named(by), by.leftMs().getAsLong())
                .compose(readable -> inbox.compose(verdict -> {
                    Set<StreamName> streams = readable.rooms().stream()
                            .map(StreamName::room)
                            .collect(Collectors.toCollection(LinkedHashSet::new));
                    Optional<Rejection> noInbox = verdict.fold(Optional::empty, Optional::of);
                    if (noInbox.isEmpty()) {
                        streams.add(by.inbox());
                    }
                    return streams.isEmpty()
                            ? refused(noInbox.orElseThrow())
                            : confirmed(by, what, streams, readable.partial(), MOST_SEARCHES);
                }));
    }

    /** The rooms that the user may be able to read, besides those of which they are a member. */
    private static Set<RoomId> named(Searcher by) {
        Set<RoomId> named = new LinkedHashSet<>(by.joined());
        by.user().rooms().stream().filter(RoomId::isValid).map(RoomId::new).forEach(named::add);
        return named;
    }

    private Future<SearchResult> confirmed(
            Searcher by, SearchCriteria what, Set<StreamName> streams, boolean partial, int left) {
        return ask(by, what, streams, Optional.empty())
                .compose(result -> result.fold(
                        found -> confirmed(by, what, streams, partial, left, found), MessageSearch::refused));
    }

    private Future<SearchResult> confirmed(
            Searcher by, SearchCriteria what, Set<StreamName> streams, boolean partial, int left, Matches found) {
        if (found.rooms().isEmpty()) {
            return succeededFuture(found.outOf(partial));
        }
        return rooms.readable(by.user(), found.rooms(), by.leftMs().getAsLong()).compose(still -> {
            Set<StreamName> lost = found.rooms().stream()
                    .filter(room -> !still.contains(room))
                    .map(StreamName::room)
                    .collect(Collectors.toSet());
            if (lost.isEmpty()) {
                return succeededFuture(found.outOf(partial));
            }
            Set<StreamName> rest = new LinkedHashSet<>(streams);
            rest.removeAll(lost);
            return left > 1 ? confirmed(by, what, rest, partial, left - 1) : refused(Rejection.unavailable());
        });
    }

    private Future<SearchResult> ask(Searcher by, SearchCriteria what, Set<StreamName> streams, Optional<UserId> with) {
        SearchQuery query = new SearchQuery(
                by.user().userId(),
                what.query(),
                streams,
                what.author(),
                with,
                what.after().orElse(0L),
                what.before().orElse(Long.MAX_VALUE),
                what.limit(),
                what.cursor());
        return broadcaster.search(query, by.leftMs().getAsLong());
    }

    private static boolean hasMatches(SearchResult result) {
        return result.fold(found -> !found.matches().isEmpty(), why -> false);
    }

    private static Future<SearchResult> ifGranted(Future<Verdict> asked, Supplier<Future<SearchResult>> then) {
        return asked.compose(verdict -> verdict.fold(then, MessageSearch::refused));
    }

    private static Future<SearchResult> refused(Rejection why) {
        return succeededFuture(new SearchResult.Refused(why));
    }
}
