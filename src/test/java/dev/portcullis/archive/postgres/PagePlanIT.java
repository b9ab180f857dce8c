package dev.portcullis.archive.postgres;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.archive.ArchivePart;
import dev.portcullis.streams.StreamStore.Bounds;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A page costs one look into an index for each of its months, however many months there are. */
class PagePlanIT {
    @RegisterExtension
    static final PostgresArchives ARCHIVES = new PostgresArchives();

    private static final Pattern EXECUTED =
            Pattern.compile("(Seq Scan|Index Scan|Bitmap \\w+ Scan|Index Only Scan).* on (entry_\\d+_\\d+)"
                    + ".*\\(actual time.*loops=\\d+\\)");
    /** So many that a scan of a whole month would cost more. */
    private static final int ROOMS = 100;

    private static final Bounds PAGE = new Bounds(50, 1 << 20);
    private static final ArchivedRoom ROOM = ArchivedRoom.of("room-7", 1);

    @BeforeEach
    void fill() {
        PostgresArchive archive = ARCHIVES.open();
        for (int i = 0; i < 4; i++) {
            int first = i * 100 + 1;
            List<ArchivePart> parts = IntStream.range(0, ROOMS)
                    .mapToObj(room -> ArchivedRoom.of("room-" + room, 1).part(first, first + 99))
                    .toList();
            done(archive.add(parts));
        }
    }

    /** A page of 50 days lies in three months at the most. */
    @ParameterizedTest
    @ValueSource(longs = {60, 200, 350, 400})
    void page_looks_at_the_tables_of_its_months_alone(long seq) throws SQLException {
        assertThat(tables(connection -> StreamPage.latest(connection, ROOM.stream(), seq, PAGE)))
                .hasSizeBetween(2, 3);
        assertThat(tables(connection -> StreamPage.after(connection, ROOM.stream(), seq - 50, PAGE)))
                .hasSizeBetween(2, 3);
    }

    @Test
    void page_looks_at_the_table_of_its_amendments_too() throws SQLException {
        PostgresArchive archive = ARCHIVES.open();
        done(archive.add(List.of(ROOM.part(ROOM.at(400), ROOM.edit(401, ROOM.id(20))))));
        assertThat(tables(connection -> StreamPage.latest(connection, ROOM.stream(), 30, PAGE)))
                .contains("entry_2027_02")
                .hasSizeBetween(2, 4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void page_probes_its_tables_by_their_index(boolean analyzed) throws SQLException {
        if (analyzed) {
            ARCHIVES.execute("ANALYZE");
        }
        int stream = Integer.parseInt(ARCHIVES.server()
                .ask(ARCHIVES.database(), "SELECT id FROM portcullis.stream WHERE name = 'room:room-7'")
                .get(0));
        int first = Months.of(ROOM.message(150).stored());
        for (boolean backwards : List.of(true, false)) {
            String sql = StreamPage.entries(List.of(first, first + 1, first + 2), backwards);
            assertIndexed(plan(sql, stream, 150L, 200L, 1 << 20, stream));
        }
    }

    /** The tables of entries that are locked, as whatever is planned or read is. */
    private static Set<String> tables(ConnectionPool.Work<?> page) throws SQLException {
        try (Connection connection = ARCHIVES.server().connect(ARCHIVES.database());
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            assertThat(page.run(connection)).isNotNull();
            Set<String> tables = new TreeSet<>();
            try (ResultSet locks = statement.executeQuery(
                    "SELECT DISTINCT c.relname FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
                            + " WHERE l.pid = pg_backend_pid() AND c.relkind = 'r' AND c.relname LIKE 'entry\\_%'")) {
                while (locks.next()) {
                    tables.add(locks.getString(1));
                }
            }
            connection.rollback();
            return tables;
        }
    }

    private static void assertIndexed(List<String> plan) {
        List<String> executed =
                plan.stream().filter(line -> EXECUTED.matcher(line).find()).toList();
        assertThat(executed.stream().map(PagePlanIT::table).distinct())
                .as(String.join("\n", plan))
                .hasSize(3);
        assertThat(executed).noneMatch(line -> line.contains("Seq Scan"));
    }

    private static String table(String line) {
        var found = EXECUTED.matcher(line);
        return found.find() ? found.group(2) : "";
    }

    private static List<String> plan(String sql, Object... values) throws SQLException {
        try (Connection connection = ARCHIVES.server().connect(ARCHIVES.database());
                PreparedStatement explain = connection.prepareStatement("EXPLAIN (ANALYZE) " + sql)) {
            for (int i = 0; i < values.length; i++) {
                explain.setObject(i + 1, values[i]);
            }
            List<String> plan = new ArrayList<>();
            try (ResultSet lines = explain.executeQuery()) {
                while (lines.next()) {
                    plan.add(lines.getString(1));
                }
            }
            return plan;
        }
    }
}
