package dev.portcullis.broadcast;

import dev.portcullis.archive.MessageIndex.Place;
import dev.portcullis.archive.SearchMatch;
import dev.portcullis.archive.SearchPage;
import dev.portcullis.archive.SearchRequest;
import dev.portcullis.bus.Bus;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.search.Highlight;
import dev.portcullis.streams.BoundedPart;
import dev.portcullis.streams.StreamStore.Bounds;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Searches the messages of streams. Who may read them is decided by the caller, before the search and again after it: see
 * {@link Broadcaster#search}.
 */
public final class SearchResponder implements BroadcastResponder {
    private final Optional<Function<SearchRequest, Future<SearchPage>>> archive;

    /** @param archive searches the archive; empty where there is none, or none that can be searched */
    public SearchResponder(Optional<Function<SearchRequest, Future<SearchPage>>> archive) {
        this.archive = archive;
    }

    @Override
    public Future<?> answer(Bus bus, int instance) {
        return bus.answer(Broadcaster.SEARCH, instance, this::search);
    }

    private Future<SearchResult> search(SearchQuery query) {
        Optional<Place> behind = query.cursor().flatMap(SearchCursor::parse);
        if (behind.isEmpty() && query.cursor().isPresent()) {
            return refused(Rejection.invalid(List.of(new Violation("/cursor", "format"))));
        }
        return archive.map(search -> search.apply(request(query, behind)).map(SearchResponder::matches))
                .orElseGet(() -> refused(Rejection.of(Reason.UNSUPPORTED)));
    }

    private static Future<SearchResult> refused(Rejection why) {
        return Future.succeededFuture(new SearchResult.Refused(why));
    }

    private static SearchRequest request(SearchQuery query, Optional<Place> behind) {
        return new SearchRequest(
                query.query(),
                query.streams(),
                query.author(),
                query.with(),
                query.after(),
                query.before(),
                query.limit(),
                behind);
    }

    /** The page, or as much of it as an answer can carry. The next page then begins behind the last message that it carries. */
    private static SearchResult matches(SearchPage found) {
        BoundedPart<SearchResult.Match> page = new BoundedPart<>(
                new Bounds(Integer.MAX_VALUE, BroadcastConfig.HISTORY_BYTES), each -> each.message().length);
        Optional<Place> end = Optional.empty();
        for (SearchMatch each : found.matches()) {
            Optional<SearchResult.Match> shown = shown(each);
            if (shown.isPresent() && !page.add(shown.get())) {
                break;
            }
            end = Optional.of(each.place());
        }
        return new SearchResult.Matches(
                page.items(), (page.isCut() ? end : found.next()).map(SearchCursor::text), !found.whole());
    }

    private static Optional<SearchResult.Match> shown(SearchMatch match) {
        return LatestMessage.frame(match.latest())
                .map(frame -> new SearchResult.Match(
                        match.latest().entry().stream(), highlighted(frame, match.highlights())));
    }

    /** The frame of a message with one more field at its end. */
    private static byte[] highlighted(byte[] frame, List<Highlight> highlights) {
        byte[] field = highlights.stream()
                .map(each -> "[" + each.from() + "," + each.length() + "]")
                .collect(Collectors.joining(",", ",\"highlights\":[", "]}"))
                .getBytes(StandardCharsets.US_ASCII);
        byte[] whole = new byte[frame.length - 1 + field.length];
        System.arraycopy(frame, 0, whole, 0, frame.length - 1);
        System.arraycopy(field, 0, whole, frame.length - 1, field.length);
        return whole;
    }
}
