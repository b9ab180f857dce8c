package dev.portcullis.archive;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.archive.MessageIndex.Place;
import dev.portcullis.archive.MessageIndex.Query;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.search.SearchTerms;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.Erasure;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of every index: what it finds of what its archive has. An adapter's test opens the archive. */
@ExtendWith(VertxExtension.class)
public abstract class MessageIndexContract {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BOB = new UserId("bob");
    private static final UserId CAROL = new UserId("carol");
    private static final UserId GONE = new UserId("deleted");
    private static final StreamName LOBBY = StreamName.room(new RoomId("lobby"));
    private static final StreamName OTHER = StreamName.room(new RoomId("lobby-2"));
    private static final StreamName INBOX = StreamName.inbox(BOB);
    private static final Set<StreamName> ALL = Set.of(LOBBY, OTHER, INBOX);
    private static final long LATER = 1_000_000_000;
    private static final int PLENTY = 10_000;

    private ArchiveContract.Opened opened;

    /** Opens the same archive, which has an index; called again after each close. It is empty at the first time. */
    protected abstract ArchiveContract.Opened open() throws Exception;

    /** Waits until the index has what the archive has. */
    protected void awaitIndex(ArchiveStore archive) throws Exception {}

    @BeforeEach
    void begin() throws Exception {
        opened = open();
    }

    @AfterEach
    void end() throws Exception {
        opened.closing().close();
    }

    private void reopen() throws Exception {
        end();
        begin();
    }

    protected final ArchiveStore archive() {
        return opened.archive();
    }

    @Test
    void message_is_found_by_each_of_its_words_and_by_all_together() throws Exception {
        add(chat(1, "The quick brown fox"), chat(2, "the lazy dog"), chat(3, "nothing of it"));
        assertThat(find("fox")).containsExactly(1L);
        assertThat(find("QUICK Fox")).containsExactly(1L);
        assertThat(find("the")).containsExactly(2L, 1L);
        assertThat(find("fox dog")).isEmpty();
        assertThat(find("foxes")).isEmpty();
        assertThat(find("fo")).isEmpty();
        reopen();
        assertThat(find("lazy the")).containsExactly(2L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Привет мир",
                "Crème brûlée",
                "東京の天気",
                "안녕하세요",
                "สวัสดีครับ",
                "שָׁלוֹם",
                "مرحبا بالعالم",
                "naïve ΟΔΟΣ",
                "a1b2 3.14 x_y",
                "𝕳𝖊𝖑𝖑𝖔 👩‍👩‍👧"
            })
    void message_of_any_language_is_found_by_all_of_its_text(String text) throws Exception {
        add(chat(1, "before"), chat(2, "so " + text + " it is"), chat(3, "after"));
        assertThat(find(text)).containsExactly(2L);
    }

    @Test
    void part_of_a_text_without_spaces_is_found() throws Exception {
        add(chat(1, "今日は東京の天気がいい"), chat(2, "京都の東"));
        assertThat(find("東京")).containsExactly(1L);
        assertThat(find("天気が")).containsExactly(1L);
        assertThat(find("京")).containsExactly(2L, 1L);
    }

    @Test
    void original_text_counts_where_it_differs_from_what_is_safe_as_html() throws Exception {
        add(
                row(LOBBY, 1, 1_000, ANN, "chat", "m1", "R&amp;D is fun", Optional.of("R&D is fun")),
                row(LOBBY, 2, 2_000, ANN, "chat", "m2", "plain amp", Optional.empty()));
        assertThat(find("amp")).containsExactly(2L);
        assertThat(find("r d fun")).containsExactly(1L);
    }

    @Test
    void messages_of_chat_alone_are_found() throws Exception {
        EntryRow gap = chat(6, "word").trimmed();
        add(
                chat(1, "word"),
                row(LOBBY, 2, 2_000, ANN, "poll_opened", "m2", "word", Optional.empty()),
                plain(3, "\"type\":\"user_joined\",\"content\":\"word\"}"),
                plain(4, "\"type\":\"chat\",\"roomId\":\"lobby\",\"userId\":\"ann\",\"content\":\"word\"}"),
                plain(5, "word, which is no JSON"),
                gap);
        assertThat(find("word")).containsExactly(1L);
    }

    @Test
    void places_are_in_the_order_of_time_then_stream_then_seq() throws Exception {
        add(LOBBY, at(LOBBY, 1, 5_000), at(LOBBY, 2, 1_000), at(LOBBY, 3, 5_000), at(LOBBY, 4, 9_000));
        add(OTHER, at(OTHER, 1, 5_000), at(OTHER, 2, 7_000));
        List<Place> expected = List.of(
                new Place(9_000, LOBBY, 4),
                new Place(7_000, OTHER, 2),
                new Place(5_000, OTHER, 1),
                new Place(5_000, LOBBY, 3),
                new Place(5_000, LOBBY, 1),
                new Place(1_000, LOBBY, 2));
        assertThat(find(all("word"), PLENTY)).isEqualTo(expected);
        for (int most = 1; most <= 7; most++) {
            assertThat(pages(all("word"), most)).as("pages of %d", most).isEqualTo(expected);
        }
    }

    @Test
    void place_that_no_message_has_is_a_cursor_like_any_other() throws Exception {
        add(chat(1, "word"), chat(2, "word"), chat(3, "word"));
        assertThat(find(all("word", Optional.of(new Place(2_007, StreamName.room(new RoomId("z")), 7))), PLENTY))
                .extracting(Place::seq)
                .containsExactly(2L, 1L);
        assertThat(find(all("word", Optional.of(new Place(Long.MAX_VALUE, LOBBY, Long.MAX_VALUE))), PLENTY))
                .hasSize(3);
        assertThat(find(all("word", Optional.of(new Place(Long.MIN_VALUE, LOBBY, -1))), PLENTY))
                .isEmpty();
        assertThat(find(all("word", Optional.of(new Place(2_007, LOBBY, 0))), PLENTY))
                .extracting(Place::seq)
                .containsExactly(1L);
    }

    @Test
    void streams_that_are_not_asked_for_are_left_out() throws Exception {
        add(LOBBY, at(LOBBY, 1, 1_000));
        add(OTHER, at(OTHER, 1, 2_000));
        assertThat(find(in(Set.of(LOBBY), "word"), PLENTY)).containsExactly(new Place(1_000, LOBBY, 1));
        assertThat(find(in(Set.of(StreamName.room(new RoomId("lobb"))), "word"), PLENTY))
                .isEmpty();
        assertThat(find(in(Set.of(StreamName.room(new RoomId("none")), OTHER), "word"), PLENTY))
                .containsExactly(new Place(2_000, OTHER, 1));
        assertThat(find(in(Set.of(), "word"), PLENTY)).isEmpty();
        Set<StreamName> many = IntStream.range(0, 500)
                .mapToObj(i -> StreamName.room(new RoomId("lobby-" + i)))
                .collect(Collectors.toSet());
        assertThat(find(in(many, "word"), PLENTY)).containsExactly(new Place(2_000, OTHER, 1));
    }

    @Test
    void author_other_user_and_times_restrict_what_is_found() throws Exception {
        add(chat(1, "word"), by(CAROL, 2, "word"), chat(3, "word"));
        add(INBOX, direct(1, ANN, BOB), direct(2, BOB, ANN), direct(3, CAROL, BOB));
        assertThat(find(query("word", Optional.of(CAROL), Optional.empty(), 0, Long.MAX_VALUE)))
                .containsExactly("bob 3", "lobby 2");
        assertThat(find(query("word", Optional.empty(), Optional.of(ANN), 0, Long.MAX_VALUE)))
                .containsExactly("bob 2", "bob 1");
        assertThat(find(query("word", Optional.of(ANN), Optional.of(ANN), 0, Long.MAX_VALUE)))
                .containsExactly("bob 1");
        assertThat(find(query("word", Optional.of(new UserId("an")), Optional.empty(), 0, Long.MAX_VALUE)))
                .isEmpty();
        assertThat(find(query("word", Optional.empty(), Optional.empty(), 1_007, 3_007)))
                .containsExactly("lobby 2", "bob 2");
        assertThat(find(query("word", Optional.empty(), Optional.empty(), Long.MIN_VALUE, 1_008)))
                .containsExactly("lobby 1", "bob 1");
        assertThat(find(query("word", Optional.empty(), Optional.empty(), 3_007, Long.MAX_VALUE)))
                .isEmpty();
        assertThat(find(query("word", Optional.empty(), Optional.empty(), Long.MAX_VALUE, Long.MIN_VALUE)))
                .isEmpty();
    }

    @Test
    void edited_message_is_found_by_its_latest_text_at_its_own_place() throws Exception {
        add(chat(1, "first words"), chat(2, "others"));
        add(edit(3, 1, "second words"));
        assertThat(find("first")).isEmpty();
        assertThat(find("words")).containsExactly(1L);
        assertThat(find("second")).containsExactly(1L);
        add(edit(4, 1, "third"), edit(5, 2, "others again"));
        reopen();
        assertThat(find("words")).isEmpty();
        assertThat(find("third")).containsExactly(1L);
        assertThat(find("again")).containsExactly(2L);
    }

    @Test
    void deleted_message_is_found_by_no_text_of_it() throws Exception {
        add(chat(1, "first"), edit(2, 1, "second"), chat(3, "first second"));
        add(deletion(4, 1));
        assertThat(find("first")).containsExactly(3L);
        assertThat(find("second")).containsExactly(3L);
        assertThat(find("deleted")).isEmpty();
        add(deletion(5, 3));
        reopen();
        assertThat(find("first")).isEmpty();
        assertThat(find("second")).isEmpty();
    }

    @Test
    void message_that_comes_with_its_amendments_has_its_latest_text() throws Exception {
        add(chat(1, "first"), edit(2, 1, "second"), chat(3, "gone"), deletion(4, 3), edit(5, 1, "third"));
        assertThat(find("first")).isEmpty();
        assertThat(find("second")).isEmpty();
        assertThat(find("gone")).isEmpty();
        assertThat(find("third")).containsExactly(1L);
    }

    @Test
    void superseded_messages_are_not_found_and_superseded_edits_do_not_count() throws Exception {
        add(chat(1, "one"), chat(2, "two"), edit(3, 1, "uno"), chat(4, "four"));
        assertThat(find("uno")).containsExactly(1L);
        EntryRow other = chat(3, "other");
        assertThat(done(archive().add(List.of(new ArchivePart(LOBBY, position(LOBBY), 2, List.of(other))))))
                .isEmpty();
        assertThat(find("uno")).isEmpty();
        assertThat(find("one")).containsExactly(1L);
        assertThat(find("four")).isEmpty();
        assertThat(find("other")).containsExactly(3L);
        assertThat(find("two")).containsExactly(2L);
    }

    @Test
    void erased_texts_are_not_found_and_anonymous_ones_are_no_longer_by_their_author() throws Exception {
        add(chat(1, "kept"), by(CAROL, 2, "secret"), edit(CAROL, 3, 2, "hidden"), chat(4, "secret kept"));
        add(INBOX, direct(1, CAROL, BOB), direct(2, BOB, CAROL));
        eraseAll(Erasure.ofTexts(CAROL, GONE));
        assertThat(find("secret")).containsExactly(4L);
        assertThat(find("hidden")).isEmpty();
        assertThat(find(query("word", Optional.empty(), Optional.empty(), 0, LATER)))
                .containsExactly("bob 2");
        eraseAll(Erasure.ofName(ANN, GONE));
        assertThat(find("kept")).containsExactly(4L, 1L);
        assertThat(find(query("kept", Optional.of(ANN), Optional.empty(), 0, LATER)))
                .isEmpty();
        assertThat(find(query("kept", Optional.of(GONE), Optional.empty(), 0, LATER)))
                .containsExactly("lobby 4", "lobby 1");
    }

    @Test
    void nothing_of_an_emptied_inbox_is_found() throws Exception {
        add(INBOX, direct(1, ANN, BOB), direct(2, BOB, ANN));
        add(chat(1, "word"));
        assertThat(done(archive().clear(INBOX, new Position("e1", 2)))).isEqualTo(2);
        assertThat(find(all("word"), PLENTY)).extracting(Place::stream).containsExactly(LOBBY);
    }

    @Test
    void odd_texts_and_odd_queries_are_texts_like_others() throws Exception {
        String longWord = "x".repeat(5_000);
        add(
                chat(1, "nul \u0000 end"),
                chat(2, longWord + " end"),
                chat(3, "' OR 1=1; -- \" \\ end"),
                chat(4, "👩‍👩‍👧 🎉"),
                chat(5, ""),
                chat(6, "lone \ud800 end"));
        assertThat(find("end")).containsExactly(6L, 3L, 2L, 1L);
        assertThat(find("nul")).containsExactly(1L);
        assertThat(find("🎉")).containsExactly(4L);
        assertThat(find(longWord)).containsExactly(2L);
        for (String query : List.of(
                "end' OR '1'='1",
                "end | nul",
                "en*",
                "\"end\" AND NOT nul~2^9",
                "end:*",
                "author:ann",
                "<-> & ! ( )",
                "%")) {
            assertThat(SearchTerms.of(query).isEmpty() ? List.<Long>of() : find(query))
                    .as(query)
                    .isSubsetOf(6L, 3L, 2L, 1L);
        }
        assertThat(find("or 1")).containsExactly(3L);
    }

    @Test
    void more_messages_than_one_step_takes_are_all_found() throws Exception {
        List<EntryRow> rows = new ArrayList<>();
        for (long seq = 1; seq <= 1_500; seq++) {
            rows.add(chat(seq, "word " + (seq % 3 == 0 ? "third" : "other")));
        }
        add(rows.toArray(EntryRow[]::new));
        assertThat(find(all("third"), PLENTY)).hasSize(500);
        assertThat(pages(all("word"), 97)).hasSize(1_500).isSortedAccordingTo(Place.NEWEST_FIRST);
        assertThat(find(all("word"), 7))
                .extracting(Place::seq)
                .containsExactly(1_500L, 1_499L, 1_498L, 1_497L, 1_496L, 1_495L, 1_494L);
    }

    @Test
    void random_streams_are_found_as_in_the_model() throws Exception {
        long seed = Long.getLong("portcullis.seed", System.nanoTime());
        Random random = new Random(seed);
        MemoryArchive model = new MemoryArchive();
        List<ArchiveModelContract.RandomStream> streams = List.of(
                new ArchiveModelContract.RandomStream(INBOX, random),
                new ArchiveModelContract.RandomStream(LOBBY, random));
        for (int step = 0; step < 25; step++) {
            String as = "portcullis.seed=" + seed + " step " + step;
            if (random.nextInt(20) == 0) {
                reopen();
            }
            for (int change = 0; change < 5; change++) {
                for (ArchiveModelContract.RandomStream stream : streams) {
                    change(stream, model);
                }
            }
            compare(as, random, model);
        }
        for (Erasure erasure : List.of(Erasure.ofTexts(ANN, GONE), Erasure.ofName(CAROL, GONE))) {
            eraseAll(erasure);
            assertThat(done(model.erase(erasure, LATER)).entries()).isPositive();
            compare("portcullis.seed=" + seed + " " + erasure, random, model);
        }
        Position head = position(INBOX);
        done(archive().clear(INBOX, head));
        done(model.clear(INBOX, head));
        compare("portcullis.seed=" + seed + " cleared", random, model);
    }

    private void change(ArchiveModelContract.RandomStream stream, ArchiveStore model) {
        stream.change();
        for (ArchivePart part :
                stream.parts(done(model.positions(List.of(stream.name))).get(0))) {
            assertThat(done(archive().add(List.of(part)))).isEqualTo(done(model.add(List.of(part))));
        }
    }

    private void compare(String as, Random random, MemoryArchive model) throws Exception {
        awaitIndex(archive());
        MessageIndex index = archive().index().orElseThrow();
        MessageIndex expected = new MemoryIndex(model);
        for (int i = 0; i < 8; i++) {
            Query query = new Query(
                    SearchTerms.of(List.of("text", "amended", Integer.toString(1 + random.nextInt(200)), "text 5")
                                    .get(random.nextInt(4)))
                            .indexed(),
                    List.of(ALL, Set.of(LOBBY), Set.of(INBOX)).get(random.nextInt(3)),
                    random.nextBoolean()
                            ? Optional.empty()
                            : Optional.of(List.of(ANN, BOB, CAROL, GONE).get(random.nextInt(4))),
                    random.nextInt(3) > 0 ? Optional.empty() : Optional.of(random.nextBoolean() ? ANN : CAROL),
                    random.nextInt(3) > 0 ? 0 : random.nextInt(100) * 1_000L + random.nextInt(10),
                    random.nextInt(3) > 0 ? Long.MAX_VALUE : random.nextInt(300) * 1_000L + random.nextInt(10),
                    random.nextBoolean()
                            ? Optional.empty()
                            : Optional.of(new Place(
                                    random.nextInt(300) * 1_000L + 7,
                                    random.nextBoolean() ? LOBBY : INBOX,
                                    random.nextInt(300))));
            int most = random.nextBoolean() ? PLENTY : 1 + random.nextInt(9);
            assertThat(done(index.find(query, most))).as(as + " " + query).isEqualTo(done(expected.find(query, most)));
        }
    }

    @Test
    void future_completes_on_the_context_of_the_caller(Vertx vertx) throws Exception {
        add(chat(1, "word"));
        Context caller = vertx.getOrCreateContext();
        Promise<Boolean> there = Promise.promise();
        caller.runOnContext(any -> archive()
                .index()
                .orElseThrow()
                .find(all("word"), 1)
                .map(found -> Vertx.currentContext() == caller)
                .onComplete(there));
        assertThat(done(there.future())).isTrue();
    }

    /** The seqs of messages of the lobby that match. */
    private List<Long> find(String text) throws Exception {
        return find(in(Set.of(LOBBY), text), PLENTY).stream().map(Place::seq).toList();
    }

    /** Such as {@code lobby 1}. */
    private List<String> find(Query query) throws Exception {
        return find(query, PLENTY).stream()
                .map(place -> place.stream().value().replaceFirst(".*:", "") + " " + place.seq())
                .toList();
    }

    private List<Place> find(Query query, int most) throws Exception {
        awaitIndex(archive());
        return done(archive().index().orElseThrow().find(query, most));
    }

    private List<Place> pages(Query query, int most) throws Exception {
        List<Place> all = new ArrayList<>();
        List<Place> page = find(query, most);
        while (!page.isEmpty()) {
            all.addAll(page);
            Optional<Place> last = Optional.of(page.get(page.size() - 1));
            page = page.size() < most
                    ? List.of()
                    : find(
                            new Query(
                                    query.terms(),
                                    query.streams(),
                                    query.author(),
                                    query.with(),
                                    query.after(),
                                    query.before(),
                                    last),
                            most);
        }
        return all;
    }

    private static Query all(String text) {
        return all(text, Optional.empty());
    }

    private static Query all(String text, Optional<Place> behind) {
        return query(text, ALL, behind);
    }

    private static Query in(Set<StreamName> streams, String text) {
        return query(text, streams, Optional.empty());
    }

    private static Query query(String text, Set<StreamName> streams, Optional<Place> behind) {
        return new Query(
                SearchTerms.of(text).indexed(), streams, Optional.empty(), Optional.empty(), 0, Long.MAX_VALUE, behind);
    }

    private static Query query(String text, Optional<UserId> author, Optional<UserId> with, long after, long before) {
        return new Query(SearchTerms.of(text).indexed(), ALL, author, with, after, before, Optional.empty());
    }

    private void eraseAll(Erasure erasure) {
        while (done(archive().erase(erasure, LATER)).entries() > 0) {
            // goes on until none is left
        }
    }

    private Position position(StreamName stream) {
        return done(archive().positions(List.of(stream))).get(0);
    }

    /** Adds rows to the lobby behind those that the archive has. */
    private void add(EntryRow... rows) {
        add(LOBBY, rows);
    }

    private void add(StreamName stream, EntryRow... rows) {
        Position from = position(stream);
        assertThat(done(archive().add(List.of(new ArchivePart(stream, from, from.seq(), List.of(rows))))))
                .isEmpty();
    }

    private static EntryRow at(StreamName stream, long seq, long timestamp) {
        return row(stream, seq, timestamp, ANN, "chat", "m" + seq, "word", Optional.empty());
    }

    private static EntryRow chat(long seq, String text) {
        return by(ANN, seq, text);
    }

    private static EntryRow by(UserId author, long seq, String text) {
        return row(LOBBY, seq, seq * 1_000 + 7, author, "chat", "m" + seq, text, Optional.empty());
    }

    private static EntryRow plain(long seq, String body) {
        return new EntryRow(
                seq * 1_000, entry(LOBBY, seq, seq * 1_000 + 7, body), EntryState.PLAIN, 0, Optional.empty());
    }

    private static EntryRow direct(long seq, UserId author, UserId to) {
        String body = body("chat_message", "recipientId", to.value(), "m" + seq, author, "word", Optional.empty());
        return row(INBOX, seq, seq * 1_000 + 7, EntryState.MESSAGE, new Message("m" + seq, author), body);
    }

    private static EntryRow edit(long seq, long of, String text) {
        return edit(ANN, seq, of, text);
    }

    private static EntryRow edit(UserId author, long seq, long of, String text) {
        String body = body("message_edited", "roomId", "lobby", "m" + of, author, text, Optional.empty());
        return row(LOBBY, seq, seq * 1_000 + 7, EntryState.AMENDMENT, new Message("m" + of, author), body);
    }

    private static EntryRow deletion(long seq, long of) {
        String body = "\"type\":\"message_deleted\",\"roomId\":\"lobby\",\"messageId\":\"m" + of
                + "\",\"userId\":\"ann\",\"timestamp\":1}";
        return row(LOBBY, seq, seq * 1_000 + 7, EntryState.AMENDMENT, new Message("m" + of, ANN), body);
    }

    private static EntryRow row(
            StreamName stream,
            long seq,
            long timestamp,
            UserId author,
            String type,
            String id,
            String content,
            Optional<String> text) {
        String body = body(type, "roomId", "lobby", id, author, content, text);
        return row(stream, seq, timestamp, EntryState.MESSAGE, new Message(id, author), body);
    }

    private static EntryRow row(
            StreamName stream, long seq, long timestamp, EntryState state, Message message, String body) {
        return new EntryRow(seq * 1_000, entry(stream, seq, timestamp, body), state, 0, Optional.of(message));
    }

    private static StreamEntry entry(StreamName stream, long seq, long timestamp, String body) {
        return new StreamEntry(stream, new Position("e1", seq), timestamp, body.getBytes(StandardCharsets.UTF_8));
    }

    private static String body(
            String type, String target, String in, String id, UserId author, String content, Optional<String> text) {
        JsonObject body = new JsonObject()
                .put("type", type)
                .put(target, in)
                .put("messageId", id)
                .put("userId", author.value())
                .put("content", content);
        text.ifPresent(original -> body.put("text", original));
        return body.put("timestamp", 1).encode().substring(1);
    }
}
