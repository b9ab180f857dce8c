package dev.portcullis.broadcast;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.archive.MessageIndex.Place;
import dev.portcullis.archive.SearchMatch;
import dev.portcullis.archive.SearchPage;
import dev.portcullis.archive.SearchRequest;
import dev.portcullis.broadcast.SearchResult.Matches;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.UserId;
import dev.portcullis.search.Highlight;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class SearchResponderTest {
    private static final StreamName ROOM = StreamName.room(BroadcastFixture.LOBBY);
    private static final long WITHIN_MS = 30_000;

    private final List<SearchRequest> asked = new CopyOnWriteArrayList<>();
    private Bus bus;
    private Broadcaster broadcaster;

    @BeforeEach
    void open(Vertx vertx) {
        bus = new Bus(vertx, "n1", new BusConfig(30_000, 1_000));
        broadcaster = new Broadcaster(vertx, bus, BroadcastFixture.DEFAULT, System::currentTimeMillis);
    }

    @Test
    void message_has_the_places_of_the_words_at_its_end() {
        Place next = new Place(7, ROOM, 3);
        answering(new SearchPage(List.of(match(4, "a hay", new Highlight(2, 3))), Optional.of(next), true));
        Matches found = found(Optional.empty());
        JsonObject message = new JsonObject(Buffer.buffer(found.matches().get(0).message()));
        assertThat(message.getLong("seq")).isEqualTo(4);
        assertThat(message.getString("content")).isEqualTo("a hay");
        assertThat(message.getJsonArray("highlights"))
                .isEqualTo(new JsonArray().add(new JsonArray().add(2).add(3)));
        assertThat(found.matches().get(0).stream()).isEqualTo(ROOM);
        assertThat(SearchCursor.parse(found.cursor().orElseThrow())).contains(next);
    }

    @Test
    void next_page_begins_where_a_cursor_says() {
        answering(new SearchPage(List.of(), Optional.empty(), true));
        Place place = new Place(1_763_812_345_678L, StreamName.inbox(new UserId("a|b:c@d+e")), 42);
        assertThat(found(Optional.of(SearchCursor.text(place))).cursor()).isEmpty();
        assertThat(asked.get(0).behind()).contains(place);
        assertThat(SearchCursor.text(place)).matches("[A-Za-z0-9_-]{1,512}");
    }

    @Test
    void cursor_that_is_none_is_refused() {
        answering(new SearchPage(List.of(), Optional.empty(), true));
        for (String bad : List.of("", "%", "AAAA", "fn5-", "MX4xfg")) {
            assertThat(SearchCursor.isPlace(bad)).as(bad).isFalse();
            Rejection why = search(Optional.of(bad)).fold(any -> Rejection.unavailable(), refusal -> refusal);
            assertThat(why.id()).isEqualTo("validation_failed");
        }
    }

    @Test
    void page_that_is_too_large_goes_on_behind_its_last_message() {
        String text = "x".repeat(60_000);
        List<SearchMatch> matches =
                IntStream.range(0, 10).mapToObj(i -> match(10 - i, text)).toList();
        answering(new SearchPage(matches, Optional.empty(), true));
        Matches found = found(Optional.empty());
        assertThat(found.matches()).hasSize(4);
        assertThat(SearchCursor.parse(found.cursor().orElseThrow())).contains(new Place(1, ROOM, 7));
    }

    @Test
    void page_of_an_index_that_is_being_made_is_partial() {
        answering(new SearchPage(List.of(), Optional.empty(), false));
        assertThat(found(Optional.empty()).partial()).isTrue();
        assertThat(found(Optional.empty()).outOf(false).partial()).isTrue();
    }

    @Test
    void stage_without_an_archive_does_not_search() {
        done(new SearchResponder(Optional.empty()).answer(bus, 0));
        assertThat(search(Optional.empty()).<Optional<Rejection>>fold(any -> Optional.empty(), Optional::of))
                .contains(Rejection.of(Reason.UNSUPPORTED));
    }

    private void answering(SearchPage page) {
        Function<SearchRequest, Future<SearchPage>> archive = request -> {
            asked.add(request);
            return Future.succeededFuture(page);
        };
        done(new SearchResponder(Optional.of(archive)).answer(bus, 0));
    }

    private Matches found(Optional<String> cursor) {
        return search(cursor).fold(found -> found, why -> {
            throw new AssertionError(why);
        });
    }

    private SearchResult search(Optional<String> cursor) {
        return done(broadcaster.search(
                new SearchQuery(
                        new UserId("ann"),
                        "hay",
                        Set.of(ROOM),
                        Optional.empty(),
                        Optional.empty(),
                        0,
                        Long.MAX_VALUE,
                        20,
                        cursor),
                WITHIN_MS));
    }

    private static SearchMatch match(long seq, String text, Highlight... highlights) {
        String body = "\"type\":\"chat\",\"roomId\":\"lobby\",\"content\":\"" + text + "\",\"timestamp\":1}";
        StreamEntry entry = new StreamEntry(ROOM, new Position("e", seq), 1, body.getBytes(StandardCharsets.UTF_8));
        return new SearchMatch(new LatestEntry(entry, EntryState.MESSAGE, Optional.empty()), List.of(highlights));
    }
}
