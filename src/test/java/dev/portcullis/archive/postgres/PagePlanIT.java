package dev.portcullis.archive.postgres;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.archive.ArchivePart;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
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

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void page_probes_the_tables_of_its_months_by_their_index(boolean analyzed) throws SQLException {
        if (analyzed) {
            ARCHIVES.execute("ANALYZE");
        }
        for (long seq : new long[] {60, 200, 400, Long.MAX_VALUE}) {
            assertIndexed(plan(ArchiveReader.LATEST, "room:room-7", seq, 50, seq, seq, 1 << 20), 4);
            long after = Math.min(seq, 350);
            assertIndexed(plan(ArchiveReader.AFTER, "room:room-7", after, after, 50, after, 1 << 20), 3);
        }
    }

    @Test
    void page_finds_its_amendments_in_their_months() throws SQLException {
        PostgresArchive archive = ARCHIVES.open();
        done(archive.add(List.of(ROOM.part(ROOM.at(400), ROOM.edit(401, ROOM.id(20))))));
        List<String> plan = plan(ArchiveReader.LATEST, "room:room-7", 30L, 50, 30L, 30L, 1 << 20);
        assertIndexed(plan, 4);
        assertThat(plan).anyMatch(line -> line.contains("entry_2027_02") && line.contains("rows=1 "));
    }

    /** A page of 50 days lies in three months at the most, and its amendments in another one here. */
    private static void assertIndexed(List<String> plan, int tables) {
        List<String> executed =
                plan.stream().filter(line -> EXECUTED.matcher(line).find()).toList();
        assertThat(executed).as(String.join("\n", plan)).isNotEmpty();
        assertThat(executed).noneMatch(line -> line.contains("Seq Scan"));
        assertThat(executed.stream().map(PagePlanIT::table).distinct())
                .as(String.join("\n", plan))
                .hasSizeLessThanOrEqualTo(tables);
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
