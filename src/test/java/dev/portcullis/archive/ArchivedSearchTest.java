package dev.portcullis.archive;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.archive.MessageIndex.Place;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.search.Highlight;
import dev.portcullis.search.SearchTerms;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.Erasure;
import dev.portcullis.streams.OwnRetention;
import dev.portcullis.streams.Retention;
import dev.portcullis.streams.RetentionConfig;
import dev.portcullis.streams.RetentionConfig.Bound;
import dev.portcullis.streams.SettableClock;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.unarchived.ArchiveSource;
import dev.portcullis.streams.unarchived.UnarchivedPart;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An index that is behind, or wrong, shows nothing that is not so in the archive now. */
class ArchivedSearchTest {
    private static final UserId ANN = new UserId("ann");
    private static final StreamName LOBBY = StreamName.room(new RoomId("lobby"));
    private static final StreamName OTHER = StreamName.room(new RoomId("other"));

    private final MemoryArchive archive = new MemoryArchive();
    private final Waiting waiting = new Waiting();
    private final List<Place> stale = new ArrayList<>();
    private final List<Integer> asked = new ArrayList<>();
    private final SettableClock clock = new SettableClock();
    private final ArchiveHealth health = new ArchiveHealth();
    private RetentionConfig retention = RetentionConfig.UNBOUNDED;
    private final ArchivedSearch search =
            new ArchivedSearch(this::find, archive, waiting, health, () -> retention, clock);
    private long stepMs;
    private boolean isStale;

    /** What the archive does not have yet. */
    private static final class Waiting implements ArchiveSource {
        private final Map<StreamName, List<EntryRow>> rows = new HashMap<>();
        private final List<StreamName> read = new ArrayList<>();
        private Position head = ArchiveStore.NOTHING;
        private OwnRetention own = OwnRetention.NONE;
        private long hidden;
        private boolean fails;

        @Override
        public Future<UnarchivedPart> read(StreamName stream, OptionalLong after, Bounds bounds) {
            read.add(stream);
            return fails
                    ? Future.failedFuture(new StoreFailure("the store is away"))
                    : Future.succeededFuture(new UnarchivedPart(
                            stream,
                            ArchiveStore.NOTHING,
                            head,
                            List.of(),
                            rows.getOrDefault(stream, List.of()),
                            false,
                            own,
                            hidden));
        }

        @Override
        public Future<Long> now() {
            return Future.succeededFuture(0L);
        }

        @Override
        public Future<Void> confirm(StreamName stream, Position upTo, long bytes, int windowEntries) {
            return Future.succeededFuture();
        }
    }

    /** The index: as the archive is, or as it was at {@link #freeze}. */
    private Future<List<Place>> find(MessageIndex.Query query, int most) {
        asked.add(most);
        clock.pass(stepMs);
        return isStale
                ? Future.succeededFuture(stale.stream()
                        .filter(place -> query.behind()
                                .filter(last -> Place.NEWEST_FIRST.compare(place, last) <= 0)
                                .isEmpty())
                        .limit(most)
                        .toList())
                : new MemoryIndex(archive).find(query, most);
    }

    private void freeze(String text) {
        MessageIndex.Query query =
                request(text, 1_000).toIndex(SearchTerms.of(text).indexed(), Optional.empty());
        stale.addAll(done(new MemoryIndex(archive).find(query, 10_000)));
        isStale = true;
    }

    @Test
    void matches_come_newest_first_with_their_highlights_and_a_next_page_where_there_is_one() {
        add(chat(1, "a word"), chat(2, "Word by word"), chat(3, "none"), chat(4, "wörd"));
        SearchPage first = search("word", 2, Optional.empty());
        assertThat(seqs(first)).containsExactly(4L, 2L);
        assertThat(first.matches().get(1).highlights()).containsExactly(new Highlight(0, 4), new Highlight(8, 4));
        SearchPage second = search("word", 2, first.next());
        assertThat(seqs(second)).containsExactly(1L);
        assertThat(second.next()).isEmpty();
        assertThat(search("word", 3, Optional.empty()).next())
                .as("no page follows")
                .isEmpty();
    }

    @Test
    void page_is_not_whole_from_when_the_archive_takes_nothing_until_it_has_caught_up() {
        add(chat(1, "a word"));
        assertThat(search("word", 2, Optional.empty()).whole()).isTrue();
        health.reached(false);
        health.caughtUp();
        assertThat(search("word", 2, Optional.empty()).whole()).isFalse();
        health.reached(true);
        assertThat(search("word", 2, Optional.empty()).whole()).isFalse();
        health.caughtUp();
        assertThat(search("word", 2, Optional.empty()).whole()).isTrue();
    }

    @Test
    void characters_side_by_side_in_the_query_are_so_in_the_text() {
        add(chat(1, "abc 東京都"), chat(2, "京都 東京"), chat(3, "東京 京都"));
        assertThat(seqs(search("東京都", 9, Optional.empty()))).containsExactly(1L);
    }

    @Test
    void query_without_words_and_search_of_no_stream_find_nothing() {
        add(chat(1, "word"));
        assertThat(search(" !?* ", 9, Optional.empty())).isEqualTo(SearchPage.NOTHING);
        assertThat(done(search.search(new SearchRequest(
                        "word", Set.of(), Optional.empty(), Optional.empty(), 0, Long.MAX_VALUE, 9, Optional.empty()))))
                .isEqualTo(SearchPage.NOTHING);
        assertThat(asked).isEmpty();
    }

    @Test
    void text_that_was_edited_deleted_or_erased_since_the_index_knew_it_is_not_shown() {
        add(chat(1, "secret"), chat(2, "secret"), by(new UserId("carol"), 3, "secret"), chat(4, "secret"));
        freeze("secret");
        add(edit(5, 1, "harmless"), deletion(6, 2));
        done(archive.erase(Erasure.ofTexts(new UserId("carol"), new UserId("deleted")), 1_000_000));
        assertThat(seqs(search("secret", 9, Optional.empty()))).containsExactly(4L);
    }

    @Test
    void amendment_that_waits_for_the_archive_counts() {
        add(chat(1, "secret one"), chat(2, "secret two"));
        freeze("secret");
        waiting.rows.put(LOBBY, List.of(edit(3, 1, "harmless"), deletion(4, 2)));
        waiting.head = new Position("e1", 4);
        assertThat(seqs(search("secret", 9, Optional.empty()))).isEmpty();
        assertThat(waiting.read).containsExactly(LOBBY);
    }

    @Test
    void search_fails_while_it_is_not_known_what_was_deleted() {
        add(chat(1, "secret"));
        waiting.fails = true;
        assertThatThrownBy(() -> search("secret", 9, Optional.empty())).isInstanceOf(StoreFailure.class);
    }

    @Test
    void place_at_which_another_entry_is_now_is_left_out() {
        add(chat(1, "word"), chat(2, "word"));
        freeze("word");
        stale.set(0, new Place(99_000, LOBBY, 2));
        stale.add(new Place(1, LOBBY, 77));
        stale.add(new Place(1, OTHER, 1));
        assertThat(seqs(search("word", 9, Optional.empty()))).containsExactly(1L);
    }

    @Test
    void stream_author_and_time_are_those_of_the_message_now() {
        add(chat(1, "word"), chat(2, "word"));
        freeze("word");
        assertThat(found(Set.of(OTHER), Optional.empty(), 0, Long.MAX_VALUE)).isEmpty();
        assertThat(found(Set.of(LOBBY), Optional.of(new UserId("bob")), 0, Long.MAX_VALUE))
                .isEmpty();
        assertThat(found(Set.of(LOBBY), Optional.of(ANN), 1_007, Long.MAX_VALUE))
                .containsExactly(2L);
        assertThat(found(Set.of(LOBBY), Optional.of(ANN), 0, 2_007)).containsExactly(1L);
        done(archive.erase(Erasure.ofName(ANN, new UserId("deleted")), 1_000_000));
        assertThat(found(Set.of(LOBBY), Optional.of(ANN), 0, Long.MAX_VALUE))
                .as("no query tells who an anonymous author was")
                .isEmpty();
    }

    @Test
    void message_that_is_over_is_not_shown_before_its_deletion_comes() {
        long expiresInMs = clock.getAsLong() + 60_000 - 1_007;
        String body = "\"type\":\"chat\",\"roomId\":\"lobby\",\"messageId\":\"m1\",\"userId\":\"ann\",\"expiresInMs\":"
                + expiresInMs + ",\"content\":\"word\",\"timestamp\":1}";
        add(row(LOBBY, 1, EntryState.MESSAGE, "m1", ANN, body));
        clock.pass(59_999);
        assertThat(seqs(search("word", 9, Optional.empty()))).containsExactly(1L);
        clock.pass(1);
        assertThat(seqs(search("word", 9, Optional.empty()))).isEmpty();
    }

    @Test
    void page_of_many_candidates_that_do_not_match_ends_and_says_where_to_go_on() {
        List<EntryRow> rows = new ArrayList<>();
        for (long seq = 1; seq <= 1_200; seq++) {
            rows.add(chat(seq, seq == 1 ? "secret" : "other"));
        }
        add(rows.toArray(EntryRow[]::new));
        for (long seq = 1_200; seq >= 1; seq--) {
            stale.add(new Place(seq * 1_000 + 7, LOBBY, seq));
        }
        isStale = true;
        SearchPage page = search("secret", 9, Optional.empty());
        assertThat(page.matches()).isEmpty();
        assertThat(page.next()).contains(stale.get(ArchivedSearch.MOST_CANDIDATES - 1));
        assertThat(asked.stream().mapToInt(each -> each).sum()).isEqualTo(ArchivedSearch.MOST_CANDIDATES);
        page = search("secret", 9, page.next());
        page = search("secret", 9, page.next());
        assertThat(seqs(page)).containsExactly(1L);
        assertThat(page.next()).isEmpty();
    }

    /** A history hides these at once, and the archive when it gets the next part. */
    @Test
    void message_beyond_the_number_of_entries_that_its_stream_keeps_is_not_found_while_the_archive_is_behind() {
        add(chat(1, "word"), chat(2, "word"), chat(3, "word"));
        waiting.head = new Position("e1", 9);
        assertThat(seqs(search("word", 9, Optional.empty()))).containsExactly(3L, 2L, 1L);
        waiting.own = new OwnRetention(8, Retention.FOREVER);
        assertThat(seqs(search("word", 9, Optional.empty()))).containsExactly(3L, 2L);
        waiting.own = OwnRetention.NONE;
        retention = new RetentionConfig(
                new Bound(Optional.of(7L), Optional.empty()), List.of(), new Bound(Optional.empty(), Optional.empty()));
        assertThat(seqs(search("word", 9, Optional.empty()))).containsExactly(3L);
    }

    @Test
    void page_of_long_texts_that_do_not_match_ends_and_says_where_to_go_on() {
        String text = "other ".repeat(200);
        add(IntStream.rangeClosed(1, 200).mapToObj(seq -> chat(seq, text)).toArray(EntryRow[]::new));
        for (long seq = 200; seq >= 1; seq--) {
            stale.add(new Place(seq * 1_000 + 7, LOBBY, seq));
        }
        isStale = true;
        SearchPage page = search("secret", 9, Optional.empty());
        assertThat(page.matches()).isEmpty();
        assertThat(page.next()).contains(stale.get(ArchivedSearch.MOST_TEXT / text.length()));
        assertThat(search("secret", 9, page.next()).next()).isEmpty();
    }

    /** Otherwise all who are on that event loop wait for the search of one. */
    @Test
    @ExtendWith(VertxExtension.class)
    void page_of_long_texts_leaves_the_event_loop_to_others_meanwhile(Vertx vertx, VertxTestContext test) {
        String text = "other ".repeat(200);
        add(IntStream.rangeClosed(1, 20).mapToObj(seq -> chat(seq, text)).toArray(EntryRow[]::new));
        IntStream.rangeClosed(1, 20).forEach(seq -> stale.add(new Place(seq * 1_000 + 7, LOBBY, seq)));
        isStale = true;
        vertx.runOnContext(any -> {
            Future<SearchPage> page = search.search(request("secret", 9));
            vertx.runOnContext(other -> test.verify(() -> {
                assertThat(page.isComplete()).isFalse();
                page.onComplete(test.succeedingThenComplete());
            }));
        });
    }

    @Test
    void page_that_took_long_ends_and_says_where_to_go_on() {
        add(IntStream.rangeClosed(1, 200).mapToObj(seq -> chat(seq, "other")).toArray(EntryRow[]::new));
        for (long seq = 200; seq >= 1; seq--) {
            stale.add(new Place(seq * 1_000 + 7, LOBBY, seq));
        }
        isStale = true;
        stepMs = ArchivedSearch.MOST_MS / 2;
        SearchPage page = search("secret", 9, Optional.empty());
        assertThat(asked).hasSize(2);
        assertThat(page.matches()).isEmpty();
        assertThat(page.next()).contains(stale.get(49));
    }

    @Test
    void page_says_whether_the_index_was_whole() {
        add(chat(1, "word"));
        assertThat(search("word", 9, Optional.empty()).whole()).isTrue();
        MessageIndex half = new MessageIndex() {
            @Override
            public Future<List<Place>> find(Query query, int most) {
                return ArchivedSearchTest.this.find(query, most);
            }

            @Override
            public boolean isWhole() {
                return false;
            }
        };
        ArchivedSearch searchHalf = new ArchivedSearch(half, archive, waiting, health, () -> retention, clock);
        assertThat(done(searchHalf.search(request("word", 9))).whole()).isFalse();
    }

    @Test
    void pages_go_on_over_what_does_not_match() {
        List<EntryRow> rows = new ArrayList<>();
        for (long seq = 1; seq <= 300; seq++) {
            rows.add(chat(seq, "word " + seq));
        }
        add(rows.toArray(EntryRow[]::new));
        freeze("word");
        for (long seq = 1; seq <= 300; seq++) {
            if (seq % 3 > 0) {
                add(edit(1_000 + seq, seq, "other"));
            }
        }
        List<Long> found = new ArrayList<>();
        Optional<Place> next = Optional.empty();
        do {
            SearchPage page = search("word", 7, next);
            assertThat(page.matches()).hasSizeLessThanOrEqualTo(7);
            found.addAll(seqs(page));
            next = page.next();
        } while (next.isPresent());
        assertThat(found).hasSize(100).doesNotHaveDuplicates().allMatch(seq -> seq % 3 == 0);
    }

    private SearchPage search(String text, int limit, Optional<Place> behind) {
        SearchRequest of = request(text, limit);
        return done(search.search(new SearchRequest(
                of.query(), of.streams(), of.author(), of.with(), of.after(), of.before(), limit, behind)));
    }

    /** The archive is behind its stream, so it has what is beyond the retention by now. */
    @Test
    void what_the_stream_hides_by_now_is_not_found() {
        add(chat(1, "word one"), chat(2, "word two"), chat(3, "word three"));
        waiting.hidden = 2;
        assertThat(seqs(done(search.search(request("word", 9))))).containsExactly(3L);
        waiting.hidden = 3;
        assertThat(done(search.search(request("word", 9))).matches()).isEmpty();
    }

    private static SearchRequest request(String text, int limit) {
        return new SearchRequest(
                text, Set.of(LOBBY), Optional.empty(), Optional.empty(), 0, Long.MAX_VALUE, limit, Optional.empty());
    }

    private List<Long> found(Set<StreamName> streams, Optional<UserId> author, long after, long before) {
        return seqs(done(search.search(
                new SearchRequest("word", streams, author, Optional.empty(), after, before, 9, Optional.empty()))));
    }

    private static List<Long> seqs(SearchPage page) {
        return page.matches().stream().map(match -> match.place().seq()).toList();
    }

    private void add(EntryRow... rows) {
        Position from = done(archive.positions(List.of(LOBBY))).get(0);
        assertThat(done(archive.add(List.of(new ArchivePart(LOBBY, from, from.seq(), List.of(rows))))))
                .isEmpty();
    }

    private static EntryRow chat(long seq, String text) {
        return by(ANN, seq, text);
    }

    private static EntryRow by(UserId author, long seq, String text) {
        return row(LOBBY, seq, EntryState.MESSAGE, "m" + seq, author, body("chat", seq, author, text));
    }

    private static EntryRow edit(long seq, long of, String text) {
        return row(LOBBY, seq, EntryState.AMENDMENT, "m" + of, ANN, body("message_edited", of, ANN, text));
    }

    private static EntryRow deletion(long seq, long of) {
        return row(LOBBY, seq, EntryState.AMENDMENT, "m" + of, ANN, body("message_deleted", of, ANN, ""));
    }

    private static String body(String type, long of, UserId author, String text) {
        return "\"type\":\"" + type + "\",\"roomId\":\"lobby\",\"messageId\":\"m" + of + "\",\"userId\":\""
                + author.value() + "\",\"content\":\"" + text + "\",\"timestamp\":1}";
    }

    private static EntryRow row(StreamName stream, long seq, EntryState state, String id, UserId author, String body) {
        StreamEntry entry = new StreamEntry(
                stream, new Position("e1", seq), seq * 1_000 + 7, body.getBytes(StandardCharsets.UTF_8));
        return new EntryRow(seq * 1_000, entry, state, 0, Optional.of(new Message(id, author)));
    }
}
