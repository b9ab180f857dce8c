package dev.portcullis.archive.postgres;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.archive.ArchivePart;
import dev.portcullis.archive.MessageIndex.Place;
import dev.portcullis.archive.MessageIndex.Query;
import dev.portcullis.search.SearchTerms;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A search looks into the index of the months of its slice, and reads no table from end to end. */
class SearchPlanIT {
    @RegisterExtension
    static final PostgresArchives ARCHIVES = new PostgresArchives();

    /** So many that a scan of a whole month would cost more. */
    private static final int ROOMS = 100;

    private static final int DAYS = 400;
    private static final int AT_ONCE = 100;
    private static final long RARE = 30;
    private static final long NO_TIME = 0;
    private static final ArchivedRoom ROOM = room(7);
    private static final Set<StreamName> ALL =
            IntStream.range(0, ROOMS).mapToObj(i -> room(i).stream()).collect(Collectors.toSet());

    /**
     * @param scanned tables that were read from end to end
     * @param rowsOfNewest the rows that were read in the newest month
     */
    private record Looked(List<Place> found, Set<String> months, Set<String> scanned, long rowsOfNewest) {}

    @BeforeEach
    void fill() {
        PostgresArchive archive = ARCHIVES.open();
        for (long first = 1; first <= DAYS; first += AT_ONCE) {
            long from = first;
            List<ArchivePart> parts = IntStream.range(0, ROOMS)
                    .mapToObj(i -> room(i).part(
                                    room(i).at(from - 1),
                                    LongStream.range(from, from + AT_ONCE)
                                            .mapToObj(seq -> message(room(i), seq))
                                            .toArray(EntryRow[]::new)))
                    .toList();
            done(archive.add(parts));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void search_looks_into_the_index_of_the_months_of_its_slice_alone(boolean analyzed) throws SQLException {
        if (analyzed) {
            ARCHIVES.execute("VACUUM ANALYZE"); // what the index holds back until a vacuum makes a scan cheaper
        }
        for (Set<StreamName> streams : List.of(Set.of(ROOM.stream()), Set.of(ROOM.stream(), room(8).stream()), ALL)) {
            Looked newest = look("word", streams, NO_TIME, Long.MAX_VALUE);
            assertThat(newest.found()).hasSize(11);
            assertThat(newest.months()).hasSizeBetween(1, 2);
            assertThat(newest.scanned()).isEmpty();

            Looked between = look("word", streams, ROOM.stored(200), ROOM.stored(210));
            assertThat(between.found()).isNotEmpty();
            assertThat(between.months()).hasSizeBetween(1, 2);
            assertThat(between.scanned()).isEmpty();

            Looked rare = look("needle", streams, NO_TIME, Long.MAX_VALUE);
            assertThat(rare.found()).extracting(Place::seq).containsExactly(RARE);
            assertThat(rare.scanned()).isEmpty();
            assertThat(look("word needle absent", streams, NO_TIME, Long.MAX_VALUE)
                            .scanned())
                    .isEmpty();
        }
    }

    /** The others say a word each day that these said once: its rows in the newest month are not all looked at for them. */
    @Test
    void word_of_others_in_many_streams_that_say_little_is_looked_for_among_their_own_rows() throws SQLException {
        List<ArchivedRoom> quiet = IntStream.range(0, 70)
                .mapToObj(i -> ArchivedRoom.of("quiet-" + i, 1))
                .toList();
        long last = 20;
        done(ARCHIVES.open()
                .add(quiet.stream()
                        .map(room -> room.part(
                                room.at(0),
                                LongStream.rangeClosed(1, last)
                                        .mapToObj(seq -> message(room, seq, seq == 1 ? "word" : "other"))
                                        .toArray(EntryRow[]::new)))
                        .toList()));
        Set<StreamName> streams = quiet.stream().map(ArchivedRoom::stream).collect(Collectors.toSet());

        Looked looked = look("word", streams, NO_TIME, Long.MAX_VALUE);

        assertThat(looked.found()).hasSize(11).allMatch(place -> place.seq() == 1);
        assertThat(looked.rowsOfNewest()).isLessThan(2_000);
        assertThat(looked.scanned()).isEmpty();

        ARCHIVES.execute("DROP TABLE portcullis.entry_2026_02");
        assertThat(look("word", streams, NO_TIME, Long.MAX_VALUE).found()).isEqualTo(looked.found());
    }

    private static ArchivedRoom room(int number) {
        return ArchivedRoom.of("room-" + number, 1);
    }

    private static EntryRow message(ArchivedRoom room, long seq) {
        return message(room, seq, "word " + seq + (room.equals(ROOM) && seq == RARE ? " needle" : ""));
    }

    private static EntryRow message(ArchivedRoom room, long seq, String text) {
        String body =
                "\"type\":\"chat\",\"roomId\":\"%s\",\"messageId\":\"%s\",\"userId\":\"ann\",\"content\":\"%s\",\"timestamp\":1}";
        return room.row(
                seq,
                EntryState.MESSAGE,
                room.id(seq),
                body.formatted(room.stream().roomId().orElseThrow().value(), room.id(seq), text));
    }

    private static Looked look(String text, Set<StreamName> streams, long after, long before) throws SQLException {
        Query query = new Query(
                SearchTerms.of(text).indexed(),
                streams,
                Optional.empty(),
                Optional.empty(),
                after,
                before,
                Optional.empty());
        try (Connection connection =
                PostgresDriver.of(PostgresArchives.patient(ARCHIVES.uri())).getConnection()) {
            connection.setAutoCommit(false);
            List<Place> found = new PostgresIndex(connection, query, 11, 30_000).find(ROOM.stored(DAYS));
            // what is planned or read is locked
            Set<String> months = names(
                    connection,
                    "SELECT DISTINCT c.relname FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
                            + " WHERE l.pid = pg_backend_pid() AND c.relkind = 'r' AND c.relname LIKE 'entry\\_%'");
            Set<String> scanned = names(
                    connection,
                    "SELECT relname FROM pg_stat_xact_user_tables WHERE relname LIKE 'entry\\_%' AND seq_scan > 0");
            Set<String> rows = names(
                    connection,
                    "SELECT idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname LIKE 'entry\\_%' AND idx_tup_fetch > 0"
                            + " ORDER BY relname DESC LIMIT 1");
            connection.rollback();
            return new Looked(
                    found,
                    months,
                    scanned,
                    rows.stream().mapToLong(Long::parseLong).sum());
        }
    }

    private static Set<String> names(Connection connection, String sql) throws SQLException {
        Set<String> names = new TreeSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }
}
