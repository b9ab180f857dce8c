package dev.portcullis.archive.postgres;

import dev.portcullis.streams.StreamName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The months whose entries are from before the index, or before texts were cut into words as they are now, the newest first.
 * Each gets its index while the table is in use, and then the keys of its messages, some at a time. A transaction holds the
 * rows of the streams whose messages it reads, as one does that adds parts.
 */
final class UnindexedMonths {
    private static final int ROWS_AT_ONCE = 500;

    /** One node at a time makes an index. */
    private static final long LOCK = SchemaMigration.LOCK + 1;

    private static final String NEXT =
            "SELECT u.month, u.ready FROM portcullis.unindexed u ORDER BY u.month DESC LIMIT 1";

    private static final String TAKE =
            "SELECT u.stream, u.seq FROM portcullis.unindexed u WHERE u.month = ? AND u.ready FOR UPDATE SKIP LOCKED";

    private static final String ROWS = """
            SELECT e.stream, e.seq FROM portcullis.entry e
            WHERE e.month = %1$d AND (e.stream, e.month, e.seq) > (?, %1$d, ?) ORDER BY e.stream, e.month, e.seq LIMIT ?""";

    private static final String MESSAGES = "SELECT e.stream, " + ArchivedRow.COLUMNS + """
             FROM portcullis.entry e
            WHERE e.month = %1$d AND e.stream = ANY (?) AND e.state IN (1, 2)
                AND (e.stream, e.month, e.seq) > (?, %1$d, ?) AND (e.stream, e.month, e.seq) <= (?, %1$d, ?)""";

    /** A row that is not changed costs no new version of it, nor of its places in the index. */
    private static final String FILL = """
            UPDATE portcullis.entry e SET words = c.words
            FROM (
                SELECT (a.words)[p.first_word:p.last_word] AS words, p.stream, p.seq
                FROM (SELECT ?::int[] AS words) a,
                    unnest(?::int[], ?::int[], ?::int[], ?::bigint[]) AS p (first_word, last_word, stream, seq)
            ) c
            WHERE e.stream = c.stream AND e.month = %d AND e.seq = c.seq AND e.words IS DISTINCT FROM c.words""";

    private static final String MOVE = "UPDATE portcullis.unindexed SET stream = ?, seq = ? WHERE month = ?";

    private static final String END = "DELETE FROM portcullis.unindexed WHERE month = ?";

    private final Connection connection;

    /** A month that is to be indexed. */
    record Month(int number, boolean ready) {}

    private record At(int stream, long seq) {}

    UnindexedMonths(Connection connection) {
        this.connection = connection;
    }

    /** The next month; empty if there is none left. */
    Optional<Month> next() throws SQLException {
        try (Statement select = connection.createStatement();
                ResultSet found = select.executeQuery(NEXT)) {
            return found.next() ? Optional.of(new Month(found.getInt(1), found.getBoolean(2))) : Optional.empty();
        }
    }

    /**
     * Makes the index of a month, without a lock that others wait for. The connection has no deadline and no transaction.
     *
     * @return whether it is there; not if another node makes one
     */
    boolean makeIndex(int month) throws SQLException {
        String table = "portcullis." + Months.table(month);
        String index = Months.table(month) + "_words";
        try (Statement statement = connection.createStatement()) {
            if (!holds(statement, "SELECT pg_try_advisory_lock(" + LOCK + ")")) {
                return false;
            }
            if (holds(statement, "SELECT to_regclass('" + table + "') IS NULL")) {
                end(month); // an operator has removed the table
            } else {
                if (!isValid(statement, index)) {
                    statement.execute("DROP INDEX IF EXISTS portcullis." + index);
                    statement.execute("CREATE INDEX CONCURRENTLY " + index + " ON " + table
                            + " USING gin (words) WHERE words IS NOT NULL");
                }
                statement.execute("ALTER INDEX portcullis.entry_words ATTACH PARTITION portcullis." + index);
                statement.execute("UPDATE portcullis.unindexed SET ready = true WHERE month = " + month);
            }
            return holds(statement, "SELECT pg_advisory_unlock(" + LOCK + ")");
        }
    }

    /** A node that ended in the middle leaves an index that is not valid. */
    private static boolean isValid(Statement statement, String index) throws SQLException {
        return holds(
                statement,
                "SELECT coalesce((SELECT i.indisvalid FROM pg_index i WHERE i.indexrelid = to_regclass('portcullis."
                        + index + "')), false)");
    }

    private static boolean holds(Statement statement, String query) throws SQLException {
        try (ResultSet found = statement.executeQuery(query)) {
            return found.next() && found.getBoolean(1);
        }
    }

    /**
     * Gives some messages of a month their keys.
     *
     * @return whether it did; not if another node does
     */
    boolean fill(int month) throws SQLException {
        Optional<At> taken = take(month);
        if (taken.isEmpty()) {
            return false;
        }
        List<At> rows = rows(month, taken.get());
        if (rows.isEmpty()) {
            end(month);
            return true;
        }
        Map<Integer, StreamName> streams = LockedStreams.lock(
                connection, rows.stream().map(At::stream).distinct().sorted().toList());
        At last = rows.get(rows.size() - 1);
        List<FiledRow> messages = new ArrayList<>();
        for (Map.Entry<Integer, List<ArchivedRow>> each :
                messages(month, streams, taken.get(), last).entrySet()) {
            int stream = each.getKey();
            StreamName name = Optional.ofNullable(streams.get(stream)).orElseThrow();
            Map<Long, ArchivedRow> newest = MessageRows.newest(connection, name, stream, each.getValue());
            each.getValue()
                    .forEach(row -> messages.add(row.filed(stream)
                            .withText(Optional.ofNullable(newest.get(row.newest()))
                                    .map(ArchivedRow::row))));
        }
        write(month, messages);
        EntryChanges.writeShown(connection, messages);
        try (PreparedStatement move = Statements.of(connection, MOVE, last.stream(), last.seq(), month)) {
            move.executeUpdate();
        }
        return true;
    }

    private Optional<At> take(int month) throws SQLException {
        try (PreparedStatement take = Statements.of(connection, TAKE, month);
                ResultSet found = take.executeQuery()) {
            return found.next() ? Optional.of(new At(found.getInt(1), found.getLong(2))) : Optional.empty();
        }
    }

    private List<At> rows(int month, At after) throws SQLException {
        List<At> rows = new ArrayList<>();
        try (PreparedStatement select =
                        Statements.of(connection, ROWS.formatted(month), after.stream(), after.seq(), ROWS_AT_ONCE);
                ResultSet found = select.executeQuery()) {
            while (found.next()) {
                rows.add(new At(found.getInt(1), found.getLong(2)));
            }
        }
        return rows;
    }

    private Map<Integer, List<ArchivedRow>> messages(int month, Map<Integer, StreamName> streams, At after, At last)
            throws SQLException {
        Map<Integer, List<ArchivedRow>> all = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(MESSAGES.formatted(month))) {
            select.setArray(1, connection.createArrayOf("int4", streams.keySet().toArray()));
            select.setInt(2, after.stream());
            select.setLong(3, after.seq());
            select.setInt(4, last.stream());
            select.setLong(5, last.seq());
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    int stream = found.getInt(1);
                    StreamName name = Optional.ofNullable(streams.get(stream)).orElseThrow();
                    all.computeIfAbsent(stream, any -> new ArrayList<>())
                            .add(ArchivedRow.read(found, 1, name).orElseThrow());
                }
            }
        }
        return all;
    }

    private void write(int month, List<FiledRow> messages) throws SQLException {
        try (RowArrays table = new RowArrays(connection, FILL.formatted(month))) {
            table.lists(messages, FiledRow::words)
                    .ints(messages, FiledRow::stream)
                    .longs(messages, FiledRow::seq)
                    .run();
        }
    }

    private void end(int month) throws SQLException {
        try (PreparedStatement end = Statements.of(connection, END, month)) {
            end.executeUpdate();
        }
    }
}
