package dev.portcullis.archive.postgres;

import dev.portcullis.archive.ArchiveStore;
import dev.portcullis.protocol.Position;
import dev.portcullis.streams.BoundedPart;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.LatestSlice;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A page of a stream: consecutive entries. One statement finds by the runs where it lies, and the next one reads it. That one
 * names its months, so that no table of another month is looked at, locked or planned for.
 *
 * @param oldest the first entry that the archive has of the stream; 0 without one
 * @param rows in the order in which they were read
 */
record StreamPage(int stream, Position head, long oldest, List<ArchivedRow> rows) {
    private static final String PLACE = """
            SELECT s.id, s.epoch, p.value, s.seq, (SELECT greatest(min(r.first_seq), s.hidden + 1) FROM portcullis.run r
                    WHERE r.stream = s.id AND r.last_seq > s.hidden HAVING count(*) > 0),
                page.low, page.high,
                ARRAY(SELECT DISTINCT r.month FROM portcullis.run r
                    WHERE r.stream = s.id AND r.first_seq <= page.high AND r.last_seq >= page.low ORDER BY r.month)
            FROM portcullis.stream s JOIN portcullis.epoch p ON p.id = s.epoch
            LEFT JOIN LATERAL (
                %s
            ) page ON true
            WHERE s.name = ?""";

    private static final String PLACE_AFTER = PLACE.formatted("""
            SELECT greatest(r.first_seq, ? + 1, s.hidden + 1) AS low,
                    least(greatest(r.first_seq, ? + 1, s.hidden + 1) + ?, s.seq) AS high
                FROM portcullis.run r WHERE r.stream = s.id AND r.last_seq > greatest(?, s.hidden)
                ORDER BY r.first_seq LIMIT 1""");

    private static final String PLACE_BEFORE = PLACE.formatted("""
            SELECT greatest(least(r.last_seq, ? - 1) - ?, s.hidden + 1) AS low, least(r.last_seq, ? - 1) AS high
                FROM portcullis.run r WHERE r.stream = s.id AND r.first_seq < ? AND r.last_seq > s.hidden ORDER BY r.first_seq DESC LIMIT 1""");

    private static final String ENTRIES = """
            SELECT s.epoch, s.seq, %1$s
            FROM portcullis.stream s LEFT JOIN (
                SELECT i.*, sum(octet_length(i.body)) OVER (ORDER BY i.seq %2$s) - octet_length(i.body) AS bytes
                FROM portcullis.entry i
                WHERE i.stream = ? AND i.month IN (%3$s) AND i.seq BETWEEN ? AND ?
            ) e ON e.bytes <= ?
            WHERE s.id = ? ORDER BY e.seq %2$s""";

    private record Place(int stream, int epoch, Position head, long oldest, long low, long high, List<Integer> months) {
        StreamPage page(long seq, List<ArchivedRow> rows) {
            return new StreamPage(stream, new Position(head.epoch(), seq), oldest, rows);
        }
    }

    static Slice after(Connection connection, StreamName stream, long after, Bounds bounds) throws SQLException {
        long from = Math.max(0, Math.min(after, Long.MAX_VALUE - 1));
        StreamPage page =
                read(connection, stream, PLACE_AFTER, List.of(from, from, (long) bounds.entries(), from), bounds);
        BoundedPart<StreamEntry> part = new BoundedPart<>(bounds, EntryFrame::length);
        boolean unused = page.rows().stream().map(row -> row.row().entry()).allMatch(part::add);
        List<StreamEntry> entries = part.items();
        long last = entries.isEmpty()
                ? from
                : entries.get(entries.size() - 1).position().seq();
        return Slice.after(after, page.head(), entries, last < page.head().seq(), 0);
    }

    static LatestSlice latest(Connection connection, StreamName stream, long before, Bounds bounds)
            throws SQLException {
        long to = Math.max(0, before);
        StreamPage page = read(connection, stream, PLACE_BEFORE, List.of(to, (long) bounds.entries(), to, to), bounds);
        Map<Long, ArchivedRow> amendments = MessageRows.newest(connection, stream, page.stream(), page.rows());
        BoundedPart<LatestEntry> part = new BoundedPart<>(bounds, LatestEntry::length);
        boolean unused = page.rows().stream()
                .map(row -> row.latest(Optional.ofNullable(amendments.get(row.newest()))))
                .allMatch(part::add);
        List<LatestEntry> entries = part.reversed();
        long first =
                entries.isEmpty() ? before : entries.get(0).entry().position().seq();
        return new LatestSlice(page.head(), entries, page.oldest() > 0 && page.oldest() < first);
    }

    private static StreamPage read(
            Connection connection, StreamName stream, String sql, List<Long> values, Bounds bounds)
            throws SQLException {
        Optional<StreamPage> page = Optional.empty();
        while (page.isEmpty()) {
            Optional<Place> place = place(connection, stream, sql, values);
            page = place.isEmpty()
                    ? Optional.of(new StreamPage(0, ArchiveStore.NOTHING, 0, List.of()))
                    : read(connection, stream, place.get(), sql.equals(PLACE_BEFORE), bounds);
        }
        return page.get();
    }

    private static Optional<Place> place(Connection connection, StreamName stream, String sql, List<Long> values)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.size(); i++) {
                select.setLong(i + 1, values.get(i));
            }
            select.setString(values.size() + 1, StorableText.encode(stream.value()));
            try (ResultSet found = select.executeQuery()) {
                if (!found.next()) {
                    return Optional.empty();
                }
                Position head = new Position(StorableText.decode(found.getString(3)), found.getLong(4));
                List<Integer> months = List.of((Integer[]) found.getArray(8).getArray());
                return Optional.of(new Place(
                        found.getInt(1),
                        found.getInt(2),
                        head,
                        found.getLong(5),
                        found.getLong(6),
                        found.getLong(7),
                        months));
            }
        }
    }

    /** Returns empty if the stream has begun a new epoch since its place was read: its entries may be elsewhere now. */
    private static Optional<StreamPage> read(
            Connection connection, StreamName stream, Place place, boolean backwards, Bounds bounds)
            throws SQLException {
        if (place.months().isEmpty()) {
            return Optional.of(place.page(place.head().seq(), List.of()));
        }
        String sql = entries(place.months(), backwards);
        List<ArchivedRow> rows = new ArrayList<>();
        long seq = 0;
        try (PreparedStatement select = Statements.of(
                        connection, sql, place.stream(), place.low(), place.high(), bounds.bytes(), place.stream());
                ResultSet found = select.executeQuery()) {
            boolean goesOn = true;
            while (goesOn && found.next()) {
                if (found.getInt(1) != place.epoch()) {
                    return Optional.empty();
                }
                seq = found.getLong(2);
                Optional<ArchivedRow> row = ArchivedRow.read(found, 2, stream);
                goesOn = row.isPresent() && follows(rows, row.get(), backwards);
                if (goesOn) {
                    rows.add(row.get());
                }
            }
        }
        return Optional.of(place.page(seq, rows));
    }

    /** The statement that reads a page which lies in these months. */
    static String entries(List<Integer> months, boolean backwards) {
        return ENTRIES.formatted(ArchivedRow.COLUMNS, backwards ? "DESC" : "", Months.list(months));
    }

    private static boolean follows(List<ArchivedRow> rows, ArchivedRow row, boolean backwards) {
        return rows.isEmpty() || row.seq() == rows.get(rows.size() - 1).seq() + (backwards ? -1 : 1);
    }
}
