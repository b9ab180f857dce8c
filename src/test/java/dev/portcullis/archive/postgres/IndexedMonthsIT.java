package dev.portcullis.archive.postgres;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.archive.ArchivePart;
import dev.portcullis.archive.MessageIndex.Place;
import dev.portcullis.archive.MessageIndex.Query;
import dev.portcullis.kit.Await;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.search.SearchTerms;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The index over the tables of many months, and of months from before it. */
class IndexedMonthsIT {
    @RegisterExtension
    static final PostgresArchives ARCHIVES = new PostgresArchives();

    private static final ArchivedRoom ROOM = ArchivedRoom.of("lobby", 10);

    /** Takes the tables back to what they were before the index. */
    private static final List<String> WITHOUT_INDEX = List.of(
            "DROP INDEX portcullis.entry_words",
            "ALTER TABLE portcullis.entry DROP COLUMN words",
            "DROP TABLE portcullis.shown_month, portcullis.unindexed",
            "DROP TABLE portcullis.held, portcullis.removed_file",
            SchemaMigrationIT.WITH_EARLY,
            "DELETE FROM portcullis.migration WHERE version >= " + SchemaMigration.INDEX);

    @Test
    void messages_of_many_months_are_found_newest_first() {
        PostgresArchive archive = ARCHIVES.open();
        add(archive, 1, 120);
        assertThat(seqs(find(archive, "word", 1_000))).isEqualTo(down(120, 1));
        assertThat(seqs(find(archive, "seventh", 1_000)))
                .isEqualTo(down(120, 1).stream().filter(seq -> seq % 7 == 0).toList());
        List<Long> paged = new ArrayList<>();
        Optional<Place> behind = Optional.empty();
        do {
            List<Place> page = done(archive.index().orElseThrow().find(query("word", 0, Long.MAX_VALUE, behind), 11));
            paged.addAll(seqs(page));
            behind = page.size() < 11 ? Optional.empty() : Optional.of(page.get(10));
        } while (behind.isPresent());
        assertThat(paged).isEqualTo(down(120, 1));
        assertThat(seqs(done(archive.index()
                        .orElseThrow()
                        .find(query("word", time(30), time(61), Optional.empty()), 1_000))))
                .isEqualTo(down(60, 31));
    }

    /** The store filed it by its own clock, and the node that wrote it had another one. */
    @Test
    void message_is_found_at_the_time_that_it_shows() {
        PostgresArchive archive = ARCHIVES.open();
        long january = Instant.parse("2026-01-31T23:59:59Z").toEpochMilli();
        long february = Instant.parse("2026-02-01T00:00:01Z").toEpochMilli();
        long longAgo = Instant.parse("1960-05-05T00:00:00Z").toEpochMilli();
        long farAway = Instant.parse("2096-05-05T00:00:00Z").toEpochMilli();
        done(archive.add(List.of(ROOM.part(
                ROOM.at(0),
                message(1, january, january),
                message(2, january, february),
                message(3, february, january),
                message(4, february, longAgo),
                message(5, february, farAway),
                message(6, february, february)))));
        assertThat(seqs(find(archive, "word", 10))).containsExactly(5L, 6L, 2L, 3L, 1L, 4L);
        assertThat(seqs(find(archive, "word", 2))).containsExactly(5L, 6L);
    }

    @Test
    void entries_from_before_the_index_are_found_once_it_has_them() {
        PostgresArchive before = ARCHIVES.open();
        add(before, 1, 100);
        done(before.add(List.of(ROOM.part(
                ROOM.at(100),
                edit(101, 5, "other"),
                deletion(102, 6),
                edit(103, 99, "other word"),
                message(104, time(104), time(104))))));
        done(before.close());
        WITHOUT_INDEX.forEach(ARCHIVES::execute);
        List<PostgresArchive> nodes = List.of(ARCHIVES.open(), ARCHIVES.open());
        add(nodes.get(0), 105, 110);
        done(nodes.get(0).add(List.of(ROOM.part(ROOM.at(110), edit(111, 7, "other")))));
        Await.until(() -> ARCHIVES.ask("SELECT month FROM portcullis.unindexed").isEmpty());
        assertThat(Await.until(
                        () -> nodes.stream()
                                .allMatch(each -> each.index().orElseThrow().isWhole()),
                        Duration.ofSeconds(60)))
                .isTrue();
        List<Long> words = new ArrayList<>(down(110, 1));
        words.removeAll(List.of(5L, 6L, 7L, 101L, 102L, 103L));
        assertThat(seqs(find(nodes.get(1), "word", 1_000))).isEqualTo(words);
        assertThat(seqs(find(nodes.get(1), "other", 1_000))).containsExactly(99L, 7L, 5L);
        assertThat(ARCHIVES.ask("SELECT bool_and(i.indisvalid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
                        + " WHERE c.relname LIKE '%words%'"))
                .containsExactly("t");
        add(nodes.get(0), 112, 130);
        assertThat(seqs(find(nodes.get(1), "word", 19))).isEqualTo(down(130, 112));
    }

    @Test
    void messages_with_the_keys_of_earlier_words_get_those_of_now() {
        PostgresArchive before = ARCHIVES.open();
        add(before, 1, 100);
        done(before.add(List.of(ROOM.part(ROOM.at(100), edit(101, 5, "other"), deletion(102, 6)))));
        done(before.close());
        ARCHIVES.execute("UPDATE portcullis.entry SET words = '{1,2}' WHERE words IS NOT NULL AND seq > 10");
        ARCHIVES.execute("DELETE FROM portcullis.migration WHERE version >= 8");
        List<String> untouched = ARCHIVES.ask("SELECT xmin FROM portcullis.entry WHERE seq <= 10 ORDER BY seq");
        PostgresArchive archive = ARCHIVES.open();
        Await.until(() -> ARCHIVES.ask("SELECT month FROM portcullis.unindexed").isEmpty());
        assertThat(Await.until(() -> archive.index().orElseThrow().isWhole())).isTrue();
        List<Long> words = new ArrayList<>(down(100, 1));
        words.removeAll(List.of(5L, 6L));
        assertThat(seqs(find(archive, "word", 1_000))).isEqualTo(words);
        assertThat(seqs(find(archive, "other", 1_000))).containsExactly(5L);
        assertThat(ARCHIVES.ask("SELECT xmin FROM portcullis.entry WHERE seq <= 10 ORDER BY seq"))
                .isEqualTo(untouched);
    }

    /** A search reads the list as a whole. By itself PostgreSQL would leave what is on it for a minute at the least. */
    @Test
    void words_do_not_stay_on_the_list_of_what_was_added_lately() {
        ARCHIVES.execute("CREATE EXTENSION IF NOT EXISTS pgstattuple");
        PostgresArchive archive = ARCHIVES.open();
        add(archive, 1, 120);
        assertThat(Await.until(() -> pending().equals(List.of("0")))).isTrue();
        done(archive.add(List.of(ROOM.part(ROOM.at(120), edit(121, 5, "other")))));
        assertThat(Await.until(() -> pending().equals(List.of("0")))).isTrue();
        assertThat(seqs(find(archive, "other", 10))).containsExactly(5L);
    }

    private static List<String> pending() {
        return ARCHIVES.ask("SELECT sum((pgstatginindex(i.inhrelid)).pending_tuples) FROM pg_inherits i"
                + " WHERE i.inhparent = 'portcullis.entry_words'::regclass");
    }

    @Test
    void index_that_was_left_half_made_is_made_again() {
        PostgresArchive before = ARCHIVES.open();
        add(before, 1, 4);
        done(before.close());
        ARCHIVES.execute("DROP INDEX portcullis.entry_words");
        ARCHIVES.execute("CREATE INDEX entry_words ON ONLY portcullis.entry USING gin (words) WHERE words IS NOT NULL");
        ARCHIVES.execute(
                "CREATE INDEX entry_2026_01_words ON portcullis.entry_2026_01 USING gin (words) WHERE words IS NOT NULL");
        ARCHIVES.execute(
                "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'portcullis.entry_2026_01_words'::regclass");
        ARCHIVES.execute("INSERT INTO portcullis.unindexed (month)" + " SELECT month FROM portcullis.run UNION SELECT "
                + Months.of(Instant.parse("2031-01-01T00:00:00Z").toEpochMilli()));
        PostgresArchive archive = ARCHIVES.open();
        Await.until(() -> ARCHIVES.ask("SELECT month FROM portcullis.unindexed").isEmpty());
        assertThat(seqs(find(archive, "word", 10))).isEqualTo(down(4, 1));
        assertThat(
                        ARCHIVES.ask(
                                "SELECT indisvalid FROM pg_index WHERE indexrelid = 'portcullis.entry_2026_01_words'::regclass"))
                .containsExactly("t");
    }

    private static void add(PostgresArchive archive, long first, long last) {
        Position from = done(archive.positions(List.of(ROOM.stream()))).get(0);
        assertThat(done(archive.add(List.of(new ArchivePart(
                        ROOM.stream(),
                        from,
                        from.seq(),
                        LongStream.rangeClosed(first, last)
                                .mapToObj(seq -> message(seq, time(seq), time(seq)))
                                .toList())))))
                .isEmpty();
    }

    private static long time(long seq) {
        return ROOM.stored(seq);
    }

    private static EntryRow message(long seq, long stored, long timestamp) {
        String text = "word " + (seq % 7 == 0 ? "seventh" : "any");
        return row(seq, stored, timestamp, EntryState.MESSAGE, seq, body("chat", seq, text));
    }

    private static EntryRow edit(long seq, long of, String text) {
        return row(seq, time(seq), time(seq), EntryState.AMENDMENT, of, body("message_edited", of, text));
    }

    private static EntryRow deletion(long seq, long of) {
        return row(seq, time(seq), time(seq), EntryState.AMENDMENT, of, body("message_deleted", of, ""));
    }

    private static EntryRow row(long seq, long stored, long timestamp, EntryState state, long of, String body) {
        StreamEntry entry =
                new StreamEntry(ROOM.stream(), ROOM.at(seq), timestamp, body.getBytes(StandardCharsets.UTF_8));
        return new EntryRow(stored, entry, state, 0, Optional.of(new Message(ROOM.id(of), new UserId("ann"))));
    }

    private static String body(String type, long of, String text) {
        return "\"type\":\"" + type + "\",\"roomId\":\"lobby\",\"messageId\":\"" + ROOM.id(of)
                + "\",\"userId\":\"ann\",\"content\":\"" + text + "\",\"timestamp\":1}";
    }

    private static List<Place> find(PostgresArchive archive, String text, int most) {
        return done(archive.index()
                .orElseThrow()
                .find(query(text, Long.MIN_VALUE, Long.MAX_VALUE, Optional.empty()), most));
    }

    private static Query query(String text, long after, long before, Optional<Place> behind) {
        return new Query(
                SearchTerms.of(text).indexed(),
                Set.of(ROOM.stream(), StreamName.notifications()),
                Optional.empty(),
                Optional.empty(),
                after,
                before,
                behind);
    }

    private static List<Long> seqs(List<Place> places) {
        return places.stream().map(Place::seq).toList();
    }

    private static List<Long> down(long from, long to) {
        List<Long> all =
                new ArrayList<>(LongStream.rangeClosed(to, from).boxed().toList());
        Collections.reverse(all);
        return all;
    }
}
