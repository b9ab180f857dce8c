package dev.portcullis.archive;

import dev.portcullis.archive.MessageIndex.Place;
import dev.portcullis.archive.MessageIndex.Query;
import dev.portcullis.archive.UnarchivedAmendments.ArchiveRead;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.codec.DeliveredMessage;
import dev.portcullis.search.SearchTerms;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.RetentionConfig;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.unarchived.ArchiveSource;
import dev.portcullis.streams.unarchived.UnarchivedPart;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Finds messages of the archive by their words. An index names candidates; whether one matches is judged by what the archive has
 * of it now, with the amendments that still wait, and by the retention as the stream stands now. So nothing shows because an
 * index is behind, or the archive is, or an index knows less of words.
 */
public final class ArchivedSearch {
    /** Candidates that are read together. */
    private static final int AT_ONCE = 25;

    /** Candidates of one page. A query whose candidates do not match must not read the whole archive (CWE-770). */
    static final int MOST_CANDIDATES = 500;

    /** UTF-16 units of the texts of one page: that many are cut into words and compared. */
    static final int MOST_TEXT = 1 << 17;

    /** UTF-16 units that are cut and compared without a pause: a millisecond or two of the event loop. */
    private static final int TEXT_OF_A_TURN = 1 << 12;

    /** How long a page looks for matches: its client waits no longer than for any answer (CWE-770). */
    static final long MOST_MS = 2_000;

    private final MessageIndex index;
    private final ArchiveStore archive;
    private final UnarchivedAmendments amendments;
    private final ArchiveHealth health;
    private final Supplier<RetentionConfig> retention;
    private final LongSupplier clock;

    /**
     * @param source what the archive does not have yet
     * @param health tells whether that may be messages of long ago
     * @param retention what is kept of streams for which nothing was set
     * @param clock the store's clock: a message that is over is not shown, though its deletion may still be to come
     */
    public ArchivedSearch(
            MessageIndex index,
            ArchiveStore archive,
            ArchiveSource source,
            ArchiveHealth health,
            Supplier<RetentionConfig> retention,
            LongSupplier clock) {
        this.index = index;
        this.archive = archive;
        this.amendments = new UnarchivedAmendments(archive, source);
        this.health = health;
        this.retention = retention;
        this.clock = clock;
    }

    /** The next page of what is looked for. A failed future means that the archive, its index or the store failed. */
    public Future<SearchPage> search(SearchRequest request) {
        SearchTerms terms = SearchTerms.of(request.query());
        return terms.isEmpty() || request.streams().isEmpty()
                ? Future.succeededFuture(SearchPage.NOTHING)
                : new Reading(request, terms).page(request.behind());
    }

    private final class Reading {
        private final SearchRequest request;
        private final SearchTerms terms;
        private final Set<String> indexed;
        private final long until = clock.getAsLong() + MOST_MS;
        /** Of each stream the highest seq that no reader sees. */
        private final Map<StreamName, Long> hidden = new HashMap<>();

        private final boolean whole = index.isWhole() && !health.isBehind();
        private final List<SearchMatch> matches = new ArrayList<>();
        private int candidates;
        private int units;

        Reading(SearchRequest request, SearchTerms terms) {
            this.request = request;
            this.terms = terms;
            this.indexed = terms.indexed();
        }

        /** Reads on behind a place. One match more than the page takes tells whether there is a next page. */
        Future<SearchPage> page(Optional<Place> behind) {
            Query query = request.toIndex(indexed, behind);
            int wanted = Math.max(AT_ONCE, request.limit() + 1 - matches.size());
            int most = Math.min(wanted, MOST_CANDIDATES - candidates);
            return index.find(query, most)
                    .compose(places -> read(places)
                            .compose(found -> judge(places, 0, found, query))
                            .compose(judged -> {
                                candidates += judged.size();
                                return goOn(judged, judged.size() < places.size() ? judged.size() : most);
                            }));
        }

        /**
         * Returns those that were judged: all, or the first ones if their texts are as long as those of a page may be. It does some in
         * each turn of the event loop, which others wait for too.
         */
        private Future<List<Place>> judge(List<Place> places, int from, Map<Place, LatestEntry> found, Query query) {
            int judged = from;
            int before = units;
            while (judged < places.size() && units < MOST_TEXT) {
                if (units - before >= TEXT_OF_A_TURN) {
                    int next = judged;
                    return nextTurn().compose(any -> judge(places, next, found, query));
                }
                Optional.ofNullable(found.get(places.get(judged)))
                        .flatMap(latest -> match(latest, query))
                        .ifPresent(matches::add);
                judged++;
            }
            return Future.succeededFuture(places.subList(0, judged));
        }

        private static Future<Void> nextTurn() {
            Context context = Vertx.currentContext();
            Promise<Void> turn = Promise.promise();
            if (context == null) {
                turn.complete();
            } else {
                context.runOnContext(any -> turn.complete());
            }
            return turn.future();
        }

        private Future<SearchPage> goOn(List<Place> places, int most) {
            if (matches.size() > request.limit()) {
                List<SearchMatch> page = matches.subList(0, request.limit());
                return ended(page, Optional.of(page.get(page.size() - 1).place()));
            }
            if (places.size() < most) {
                return ended(matches, Optional.empty());
            }
            Optional<Place> last = Optional.of(places.get(places.size() - 1));
            return candidates < MOST_CANDIDATES && units < MOST_TEXT && clock.getAsLong() < until
                    ? page(last)
                    : ended(matches, last);
        }

        private Future<SearchPage> ended(List<SearchMatch> page, Optional<Place> next) {
            return Future.succeededFuture(new SearchPage(List.copyOf(page), next, whole));
        }

        private Future<Map<Place, LatestEntry>> read(List<Place> places) {
            List<StreamName> streams =
                    places.stream().map(Place::stream).distinct().toList();
            return amendments.read(() -> read(places, streams)).map(read -> {
                read.streams().forEach((stream, part) -> hidden.put(stream, hidden(part)));
                return read.found().stream()
                        .collect(Collectors.toMap(
                                each -> Place.of(each.entry()), read.waiting()::latest, (one, same) -> one));
            });
        }

        private Future<ArchiveRead<List<LatestEntry>>> read(List<Place> places, List<StreamName> streams) {
            return archive.positions(streams)
                    .compose(positions -> archive.messages(places)
                            .map(found -> new ArchiveRead<>(
                                    found,
                                    heads(streams, positions),
                                    found.stream().map(LatestEntry::entry).toList())));
        }

        private static Map<StreamName, Position> heads(List<StreamName> streams, List<Position> positions) {
            return IntStream.range(0, streams.size()).boxed().collect(Collectors.toMap(streams::get, positions::get));
        }

        /** The archive has the retention of a stream with its parts, so with the head that it knows. */
        private long hidden(UnarchivedPart part) {
            long passed = retention
                    .get()
                    .of(part.stream(), part.own())
                    .kept()
                    .passed(part.head().seq());
            return Math.max(part.hidden(), passed);
        }

        /** The match of a message, if it is one as the message is now. */
        private Optional<SearchMatch> match(LatestEntry latest, Query query) {
            return SearchedMessage.of(latest)
                    .filter(message -> message.isMeantBy(query) && !isOver(latest) && isKept(message.place()))
                    .flatMap(message -> {
                        units += message.text().length();
                        return terms.in(message.text());
                    })
                    .map(highlights -> new SearchMatch(latest, highlights));
        }

        private boolean isKept(Place place) {
            return place.seq() > hidden.getOrDefault(place.stream(), 0L);
        }

        private boolean isOver(LatestEntry latest) {
            return DeliveredMessage.expiresInMs(latest.entry().body())
                    .filter(ms -> latest.entry().timestamp() + ms <= clock.getAsLong())
                    .isPresent();
        }
    }
}
