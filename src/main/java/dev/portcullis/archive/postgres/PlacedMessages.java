package dev.portcullis.archive.postgres;

import dev.portcullis.archive.MessageIndex.Place;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.StreamName;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads messages of many streams by their places. One statement finds their months by the runs, and the next one names these. */
final class PlacedMessages {
    private static final String KEPT = """
            SELECT s.id, s.name, r.month, p.seq
            FROM unnest(?::text[], ?::bigint[]) AS p (name, seq)
            JOIN portcullis.stream s ON s.name = p.name
            CROSS JOIN LATERAL (
                SELECT i.month, i.last_seq FROM portcullis.run i WHERE i.stream = s.id AND i.first_seq <= p.seq
                ORDER BY i.first_seq DESC LIMIT 1
            ) r
            WHERE r.last_seq >= p.seq AND p.seq > s.hidden""";

    private static final String ENTRIES = "SELECT e.stream, " + ArchivedRow.COLUMNS + """
             FROM unnest(?::int[], ?::int[], ?::bigint[]) AS p (stream, month, seq)
            JOIN portcullis.entry e ON e.stream = p.stream AND e.month = p.month AND e.seq = p.seq
            WHERE e.month IN (%s)""";

    private final Connection connection;
    private final Map<Integer, StreamName> streams = new HashMap<>();

    private record Kept(int stream, int month, long seq) {}

    private PlacedMessages(Connection connection) {
        this.connection = connection;
    }

    /** The entries at these places in their latest state, in any order; those that the archive has. */
    static List<LatestEntry> read(Connection connection, List<Place> places) throws SQLException {
        PlacedMessages reading = new PlacedMessages(connection);
        List<Kept> kept = reading.kept(places);
        List<LatestEntry> all = new ArrayList<>();
        if (!kept.isEmpty()) {
            for (Map.Entry<Integer, List<ArchivedRow>> rows :
                    reading.entries(kept).entrySet()) {
                int number = rows.getKey();
                Map<Long, ArchivedRow> amendments =
                        MessageRows.newest(connection, reading.name(number), number, rows.getValue());
                rows.getValue().forEach(row -> all.add(row.latest(Optional.ofNullable(amendments.get(row.newest())))));
            }
        }
        return all;
    }

    private StreamName name(int number) {
        return Optional.ofNullable(streams.get(number)).orElseThrow();
    }

    private List<Kept> kept(List<Place> places) throws SQLException {
        List<Kept> kept = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(KEPT)) {
            Object[] names = places.stream()
                    .map(place -> StorableText.encode(place.stream().value()))
                    .toArray();
            Object[] seqs = places.stream().map(Place::seq).toArray();
            select.setArray(1, connection.createArrayOf("text", names));
            select.setArray(2, connection.createArrayOf("int8", seqs));
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    kept.add(new Kept(found.getInt(1), found.getInt(3), found.getLong(4)));
                    streams.put(found.getInt(1), new StreamName(StorableText.decode(found.getString(2))));
                }
            }
        }
        return kept;
    }

    private Map<Integer, List<ArchivedRow>> entries(List<Kept> kept) throws SQLException {
        SortedSet<Integer> months = kept.stream().map(Kept::month).collect(Collectors.toCollection(TreeSet::new));
        Map<Integer, List<ArchivedRow>> rows = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(ENTRIES.formatted(Months.list(months)))) {
            select.setArray(1, numbers("int4", kept.stream().map(Kept::stream)));
            select.setArray(2, numbers("int4", kept.stream().map(Kept::month)));
            select.setArray(3, numbers("int8", kept.stream().map(Kept::seq)));
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    int number = found.getInt(1);
                    rows.computeIfAbsent(number, any -> new ArrayList<>())
                            .add(ArchivedRow.read(found, 1, name(number)).orElseThrow());
                }
            }
        }
        return rows;
    }

    private Array numbers(String type, Stream<? extends Number> values) throws SQLException {
        return connection.createArrayOf(type, values.toArray());
    }
}
