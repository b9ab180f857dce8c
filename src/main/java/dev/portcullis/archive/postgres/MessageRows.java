package dev.portcullis.archive.postgres;

import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StreamName;
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

/** Finds all that the archive has of a message: itself, and its amendments. */
final class MessageRows {
    private static final String NEWEST =
            "SELECT %s FROM portcullis.entry e WHERE e.stream = ? AND e.month IN (%s) AND e.seq = ANY (?)";

    private MessageRows() {}

    /** @param bodyBytes how much of each body is needed; 0 for all of it */
    static List<ArchivedRow> find(Connection connection, StreamName stream, int number, String id, int bodyBytes)
            throws SQLException {
        MessageKey key = MessageKey.of(id);
        int earliest = key.earliestMonth();
        List<ArchivedRow> found = find(connection, stream, number, key, earliest, bodyBytes);
        boolean all = earliest == 0
                || found.stream().anyMatch(each -> each.row().state().isMessage());
        return all ? found : find(connection, stream, number, key, 0, bodyBytes);
    }

    private static List<ArchivedRow> find(
            Connection connection, StreamName stream, int number, MessageKey key, int earliest, int bodyBytes)
            throws SQLException {
        String body = bodyBytes == 0 ? "e.body" : "substring(e.body FOR " + bodyBytes + ")";
        String sql = "SELECT " + ArchivedRow.columns("e", body)
                + " FROM portcullis.entry e WHERE e.stream = ? AND e.month >= " + earliest + " AND "
                + (key.uuid().isPresent() ? "e.message_id = ?" : "e.message_name = ? AND e.message_name <> ''")
                + " ORDER BY e.seq";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setInt(1, number);
            if (key.uuid().isPresent()) {
                select.setObject(2, key.uuid().get());
            } else {
                select.setString(2, key.name().orElse(""));
            }
            List<ArchivedRow> all = new ArrayList<>();
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    Optional<ArchivedRow> row = ArchivedRow.read(found, 0, stream);
                    row.filter(each ->
                                    each.row().state().isMessage() || each.row().state() == EntryState.AMENDMENT)
                            .ifPresent(all::add);
                }
            }
            return all;
        }
    }

    /** The newest amendments of messages, by their seq. */
    static Map<Long, ArchivedRow> newest(
            Connection connection, StreamName stream, int number, List<ArchivedRow> messages) throws SQLException {
        List<ArchivedRow> amended =
                messages.stream().filter(each -> each.newest() > 0).toList();
        Map<Long, ArchivedRow> newest = new HashMap<>();
        if (amended.isEmpty()) {
            return newest;
        }
        SortedSet<Integer> months =
                amended.stream().map(ArchivedRow::newestMonth).collect(Collectors.toCollection(TreeSet::new));
        try (PreparedStatement select =
                connection.prepareStatement(NEWEST.formatted(ArchivedRow.COLUMNS, Months.list(months)))) {
            select.setInt(1, number);
            select.setArray(
                    2,
                    connection.createArrayOf(
                            "int8", amended.stream().map(ArchivedRow::newest).toArray()));
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    ArchivedRow.read(found, 0, stream).ifPresent(row -> newest.put(row.seq(), row));
                }
            }
        }
        return newest;
    }
}
